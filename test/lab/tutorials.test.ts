import { join } from 'node:path';
import test from 'ava';
import { judge, readRun } from '../../src/index.ts';
import { installedRollgate } from '../package/consumer.ts';
import { tutorial, typed } from '../package/tutorial.ts';

let installed: string;
test.before('install rollgate', async (t) => {
  t.timeout(10 * 60_000);
  installed = await installedRollgate(process.execPath);
});

for (const name of ['heat-developer', 'zuul'] as const) {
  test(`every command of ${name} that looks into an image does what the page promises`, async (t) => {
    const { took } = await typed(t, await tutorial(name), { installed, without: ['lab'] });
    t.log(JSON.stringify(took));
  });
}

test("a gate from an empty folder, 2025.1 → 2026.1 by upstream's guide: old and new work side by side", async (t) => {
  const { took, folder } = await typed(t, await tutorial('ci-gate'), { installed });
  t.log(JSON.stringify(took));
  const { tags, causes, stacks, choreography } = judge(await readRun(join(folder, 'runs/upgrade')));
  t.log(causes.map(({ title, count, unit }) => `${count} ${unit}: ${title}`));
  t.is(choreography, 'guide');
  t.is(tags['supports-upgrade'].status, 'proven');
  t.is(tags['supports-rolling-upgrade'].status, 'proven');
  t.false(causes.some(({ kind }) => kind === 'work-refused-after-acknowledgement'));
  // A message that a stopping engine dropped is a separate cause, with the engine and the step.
  const stuckCauses = causes.filter(({ harm }) => harm === 'stacks-stuck');
  for (const { kind, step, service } of stuckCauses) {
    t.is(kind, 'work-dropped-by-stopping-engine');
    t.is(service, 'heat-engine');
    t.truthy(step);
  }
  const explained = stuckCauses.reduce((sum, { count }) => sum + count, 0);
  t.is(explained, stacks.stuck);
});
