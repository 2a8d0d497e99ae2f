import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { runScenario, type ScenarioResult } from '../../src/index.ts';
import { loadSignatures } from '../../src/observe/logs/signatures.ts';
import { heat } from '../../src/subject/heat/index.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** One engine is stopped and started again, nothing else. */
async function run(t: ExecutionContext, scenario: string): Promise<ScenarioResult> {
  const result = await runScenario({ scenario, directory: join(temporaryFolder(), scenario) });
  const { causes, stacks, api, noise } = result.verdict;
  t.log(JSON.stringify({ stacks, lost: api.failed, noise: noise.share, causes }, null, 2));
  t.is(result.verdict.ended, 'completed');
  return result;
}

test('a stopping engine drops messages that it took: each message, its stack and the option are named', async (t) => {
  const { verdict, events } = await run(t, 'engine-stop');
  const dropped = events.filter((event) => event.type === 'message-dropped');
  t.true(dropped.length > 0);
  t.true(verdict.stacks.stuck > 0);
  const signatures = await loadSignatures(heat.signatures);

  const stuckBy = verdict.causes.filter(({ harm }) => harm === 'stacks-stuck');
  t.deepEqual(
    stuckBy.map(({ kind }) => kind),
    ['work-dropped-by-stopping-engine'],
  );
  for (const { node, service, version, stepName, avoidedBy, evidence, count } of stuckBy) {
    t.is(node, 'node1');
    t.is(service, 'heat-engine');
    t.is(version, '26.0.1');
    t.is(stepName, 'stop heat-engine on node1 for 0 s');
    t.is(avoidedBy, signatures.messages?.avoidedBy ?? '');
    t.is(count, verdict.stacks.stuck);
    t.regex(evidence.join('\n'), /messages? that node1\/heat-engine acknowledged .* never took up/);
    // None is held to be so by its time alone.
    t.notRegex(evidence.join('\n'), /by these times/);
  }
});

test('with the queue manager the same stop drops nothing, and no stack is stuck', async (t) => {
  const { verdict, events } = await run(t, 'engine-stop-queue-manager');
  t.true(verdict.stacks.completed > 0);
  t.deepEqual(
    events.filter((event) => event.type === 'message-dropped'),
    [],
  );
  t.is(verdict.stacks.stuck, 0);
  t.is(verdict.api.failed, 0);
});
