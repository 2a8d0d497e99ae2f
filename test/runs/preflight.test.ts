import { randomUUID } from 'node:crypto';
import test from 'ava';
import type { ContainerEngine } from '../../src/containers/port.ts';
import { RollgateError } from '../../src/errors.ts';
import { foresee, preflight, type Preflight } from '../../src/runs/preflight.ts';
import { FakeContainerEngine } from '../containers/fake-container-engine.ts';
import { planned } from '../plan/planned.ts';
import { inventory, worker } from '../preflight/inventories.ts';

type Run = ContainerEngine['run'];

function engineThat(run: Run): ContainerEngine {
  return Object.assign(new FakeContainerEngine(), { run });
}

/** The output of the program in a container of each release. */
const printing: Run = async ({ image }) => {
  const [version, rpc] = image.endsWith('2025.1') ? ['24.0.0', '1.4'] : ['26.0.1', '1.9'];
  const found = inventory(version, { rpc: [worker(rpc)] });
  return { exitCode: 0, output: `a warning\n\n${JSON.stringify(found, null, 1)}` };
};

test('both images are read at the same time, without a network, and compared', async (t) => {
  const { promise: both, resolve } = Promise.withResolvers<void>();
  let running = 0;
  const engine = engineThat(async (spec, signal) => {
    t.is(spec.network, 'none');
    running += 1;
    if (running === 2) resolve();
    await both;
    return printing(spec, signal);
  });
  const { findings, base, target } = await preflight({ engine, plan: await planned(), name: 'n' });
  t.is(findings[0]?.id, 'rpc-worker-check_resource-from-target');
  t.true(findings[0]?.avoidedBy?.includes('guide'));
  t.deepEqual([base.version, target.version], ['24.0.0', '26.0.1']);
});

test('a failure of one comparison ends the other and is the one reported', async (t) => {
  let ended: unknown;
  const engine = engineThat(({ image }, signal) => {
    if (image.endsWith('2026.1')) return Promise.resolve({ exitCode: 1, output: 'no heat here' });
    return new Promise((_, reject) => {
      const end = (): void => {
        ended = signal?.reason;
        reject(signal?.reason);
      };
      if (signal?.aborted === true) end();
      else signal?.addEventListener('abort', end);
    });
  });
  const error = await t.throwsAsync(preflight({ engine, plan: await planned(), name: 'n' }), {
    instanceOf: RollgateError,
    code: 'no-inventory',
  });
  t.is(error?.detail, 'no heat here');
  t.is(ended, error);
});

async function foreseen(
  run: Run,
  { target = '2026.1', asked = true, signal = undefined as AbortSignal | undefined } = {},
) {
  const printed: (Preflight | string)[] = [];
  const plan = await planned({ target });
  const result = await foresee(
    { engine: engineThat(run), plan, name: 'n', signal },
    {
      preflight: asked,
      onPreflight: (found) => printed.push(found),
      onProgress: (line) => printed.push(line),
    },
  );
  return { result, printed };
}

test('a run gets the forecasts', async (t) => {
  const { result, printed } = await foreseen(printing);
  t.truthy(result);
  t.deepEqual(printed, [result]);
});

test('a run without a forecast continues, with a notice', async (t) => {
  const { result, printed } = await foreseen(() => Promise.reject(new Error('out of disk')));
  t.deepEqual(result, { reason: 'failed', why: 'out of disk' });
  t.deepEqual(printed, ['the run goes on without preflight: out of disk']);
});

test('nothing is compared if the run does not want it, and no release is compared with itself', async (t) => {
  const never: Run = () => Promise.reject(new Error('compared'));
  t.deepEqual(await foreseen(never, { asked: false }), {
    result: { reason: 'not-wanted', why: 'preflight was left out' },
    printed: [],
  });
  t.deepEqual(await foreseen(never, { target: '2025.1' }), { result: undefined, printed: [] });
});

test('an abort is not a failure of the comparison', async (t) => {
  const aborted = new AbortController();
  const reason = new Error('Ctrl-C');
  const run: Run = () => {
    aborted.abort(reason);
    return Promise.reject(reason);
  };
  await t.throwsAsync(foreseen(run, { signal: aborted.signal }), { is: reason });
});

test('a run has its forecasts, whether or not they are printed', async (t) => {
  const options = { engine: engineThat(printing), plan: await planned(), name: 'n' };
  const found = await foresee(options, {});
  t.true(found !== undefined && 'findings' in found);
  t.like(found, { findings: [{ id: 'rpc-worker-check_resource-from-target' }] });
});

test('an image that was read is not read again', async (t) => {
  const ids = new Map<string, string>();
  let times = 0;
  const engine = Object.assign(
    engineThat((spec, signal) => {
      times += 1;
      return printing(spec, signal);
    }),
    {
      imageId: async (ref: string) => {
        if (!ids.has(ref)) ids.set(ref, `sha256:${randomUUID()}`);
        return ids.get(ref);
      },
    },
  );
  const options = { engine, plan: await planned(), name: 'n' };
  const first = await preflight(options);
  t.deepEqual((await preflight(options)).findings, first.findings);
  t.is(times, 2);
  // Another content under the same name.
  ids.clear();
  await preflight(options);
  t.is(times, 4);
});
