import test from 'ava';
import {
  TRIAL_IMAGES,
  tryContainers,
  type AskPort,
  type TriedEngine,
} from '../../../src/containers/host/trial.ts';
import type { ExecResult, FinishedContainer } from '../../../src/containers/port.ts';
import { RollgateError } from '../../../src/errors.ts';
import { FakeContainerEngine } from '../fake-container-engine.ts';

/** How each part of the trial ends. */
interface Ends {
  readonly start?: RollgateError;
  readonly exec?: ExecResult;
  readonly tool?: FinishedContainer;
  readonly askPort?: AskPort;
}

/** The result, one line a condition. Nothing is left after it. */
async function conditions({ start, exec, tool, askPort }: Ends): Promise<readonly string[]> {
  const labels = new FakeContainerEngine();
  const engine: TriedEngine = {
    createNetwork: (network) => labels.createNetwork(network),
    start: async (spec) => {
      if (start !== undefined) throw start;
      labels.addContainer(spec.name, spec.labels);
      return { name: spec.name, id: spec.name, ports: new Map([[11211, 4711]]) };
    },
    exec: async () => exec ?? { exitCode: 0, stdout: '', stderr: '' },
    runInNetworkOf: async () => tool ?? { exitCode: 0, output: '' },
    sweep: (query) => labels.sweep(query),
  };
  const found = await tryContainers(engine, askPort ?? (async () => undefined));
  if (labels.containers.length + labels.networks.length > 0) throw new Error('something is left');
  return found.map(({ id, status, message, hint }) =>
    [id, status, ...(status === 'ok' ? [] : [message, hint])].join(' | '),
  );
}

test('an engine that does all that a lab needs', async (t) => {
  const asked: number[] = [];
  const found = await conditions({ askPort: async (port) => void asked.push(port) });
  t.deepEqual(found, ['ports | ok', 'names | ok', 'faults | ok']);
  t.deepEqual(asked, [4711]);
  t.is(TRIAL_IMAGES.length, 2);
});

test('each part that fails is told with its reason and what to do, and the others are tried too', async (t) => {
  const [ports = '', names = '', faults = ''] = await conditions({
    askPort: () => Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:4711')),
    exec: { exitCode: 1, stdout: '', stderr: 'bash: tried-by-name: Name or service not known\n' },
    tool: { exitCode: 2, output: 'modprobe: not found\niptables: Permission denied\n' },
  });
  t.regex(
    ports,
    /^ports \| fail \| .* does not answer: connect ECONNREFUSED .*where the engine runs/,
  );
  t.regex(
    names,
    /^names \| fail \| .*: bash: tried-by-name: Name or service not known \| .*127\.0\.0\.11/,
  );
  t.regex(
    faults,
    /^faults \| warn \| .*cut and narrow.*: iptables: Permission denied \| .*NET_ADMIN/,
  );
});

test('a container that does not start is told with the engine’s reason', async (t) => {
  const start = new RollgateError('no-subnet', 'no free subnet', { hint: 'Remove networks.' });
  t.deepEqual(await conditions({ start }), [
    'container | fail | a container does not start: no free subnet | Remove networks.',
  ]);
});
