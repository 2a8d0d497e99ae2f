import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { runScenario, type ScenarioResult } from '../../src/index.ts';
import { preparePlan } from '../../src/plan/prepare.ts';
import { loadCatalogue } from '../../src/scenario/catalogue.ts';
import { heat } from '../../src/subject/heat/index.ts';
import { loadSignatures } from '../../src/observe/signatures.ts';

const directory = await mkdtemp(join(tmpdir(), 'rollgate-test-'));
test.after.always(() => rm(directory, { recursive: true, force: true }));

/**
 * Each engine is stopped once and started again, nothing else: chains of actions of a second
 * have messages under way all the time, so that a stop is sure to meet some.
 */
async function stopEngines(
  name: string,
  config: Readonly<Record<string, Readonly<Record<string, boolean>>>> = {},
): Promise<ScenarioResult> {
  const { plan } = await preparePlan({
    scenario: {
      name,
      base: '2026.1',
      target: '2026.1',
      choreography: 'none',
      seed: 1,
      require: [],
      config,
      load: {
        probes: [{ probe: 'list', connection: 'new', rate: 4 }],
        workload: { rate: 0.35, chain: 5, actionSeconds: 1 },
        stuckAfterSeconds: 15,
      },
      durations: { baselineSeconds: 8, mixedSeconds: 0, afterSeconds: 0 },
      faults: ['node1', 'node2'].map((node) => ({
        fault: 'stop',
        on: `${node}/heat-engine`,
        seconds: 0,
        recoverSeconds: 4,
      })),
    },
    shape: heat.shape,
    catalogue: await loadCatalogue(),
  });
  return runScenario({ plan, directory: join(directory, name) });
}

function describe(t: ExecutionContext, { verdict }: ScenarioResult): void {
  const { causes, stacks, api } = verdict;
  t.log(JSON.stringify({ stacks, lost: api.failed, causes }, null, 2));
}

test('engines that are stopped drop what they took: each message, its stack and the option are named', async (t) => {
  const result = await stopEngines('as-it-comes');
  describe(t, result);
  const { verdict, events } = result;
  const dropped = events.filter((event) => event.type === 'message-dropped');
  t.true(dropped.length > 0);
  t.true(verdict.stacks.stuck > 0);
  const signatures = await loadSignatures(heat.signatures);

  const causes = verdict.causes.filter(({ kind }) => kind === 'work-dropped-by-stopping-engine');
  for (const { node, service, version, stepName, avoidedBy, evidence } of causes) {
    t.is(service, 'heat-engine');
    t.is(version, '26.0.1');
    t.is(stepName, `stop heat-engine on ${node} for 0 s`);
    t.is(avoidedBy, signatures.messages?.avoidedBy ?? '');
    t.regex(
      evidence.join('\n'),
      /messages? that node[12]\/heat-engine acknowledged .* never took up/,
    );
    // None is held to be so by its time alone.
    t.notRegex(evidence.join('\n'), /by these times/);
  }
  const stuckBy = verdict.causes.filter(({ harm }) => harm === 'stacks-stuck');
  t.deepEqual([...new Set(stuckBy.map(({ kind }) => kind))], ['work-dropped-by-stopping-engine']);
  t.is(
    stuckBy.reduce((sum, { count }) => sum + count, 0),
    verdict.stacks.stuck,
  );
});

test('with the queue manager the same stops drop nothing, and no stack is stuck', async (t) => {
  const result = await stopEngines('with-queue-manager', {
    oslo_messaging_rabbit: { use_queue_manager: true },
  });
  describe(t, result);
  const { verdict, events } = result;
  t.is(verdict.ended, 'completed');
  t.true(verdict.stacks.completed > 0);
  t.deepEqual(
    events.filter((event) => event.type === 'message-dropped'),
    [],
  );
  t.is(verdict.stacks.stuck, 0);
  t.is(verdict.api.failed, 0);
});
