import { readFile, writeFile } from 'node:fs/promises';
import test from 'ava';
import { renderPlan } from '../../../src/plan/render/render.ts';
import { preparePlan } from '../../../src/runs/prepare.ts';
import type { ScenarioInput } from '../../../src/scenario/schema.ts';
import { planningFor, subjectNamed } from '../../../src/subject/registry.ts';

/** The plan of a scenario of Ironic's own. */
async function planned(input: Partial<ScenarioInput>) {
  const scenario = { name: 'test', subject: 'ironic', base: '2025.1', target: '2026.1', seed: 1 };
  const planning = await planningFor(subjectNamed('ironic'));
  const { plan } = await preparePlan({ scenario: { ...scenario, ...input }, ...planning });
  return plan;
}

for (const choreography of ['pinned', 'pinned-reload', 'unpinned', 'cold', 'kolla']) {
  test(`ironic: the plan of ${choreography} is as in golden/${choreography}-2x2.txt`, async (t) => {
    const file = new URL(`golden/${choreography}-2x2.txt`, import.meta.url);
    const text = `${renderPlan(await planned({ choreography }))}\n`;
    if (process.env['UPDATE_GOLDEN'] === '1') await writeFile(file, text);
    t.is(text, await readFile(file, 'utf8'));
  });
}

test('ironic: the shipped scenarios make plans', async (t) => {
  const planning = await planningFor(subjectNamed('ironic'));
  for (const scenario of ['default', 'control', 'cold']) {
    const { plan } = await preparePlan({ scenario, ...planning });
    t.is(plan.subject, 'ironic');
    t.is(plan.baseVhost, 'ironic');
  }
});

test('ironic: a choreography of Heat’s deployers is refused', async (t) => {
  await t.throwsAsync(planned({ choreography: 'osa' }), {
    code: 'invalid-scenario',
    message: /expected one of cold, unpinned, pinned/,
  });
});

test('ironic: Heat has no step that pins a release', async (t) => {
  const stages = [{ name: 'pin', steps: [{ step: 'pin' as const, release: '2025.1' }] }];
  const scenario = {
    name: 'test',
    base: '2025.1',
    target: '2026.1',
    choreography: { name: 'own', stages },
  };
  const planning = await planningFor(subjectNamed('heat'));
  await t.throwsAsync(preparePlan({ scenario, ...planning }), {
    code: 'invalid-scenario',
    message: /an upgrade of Heat has no step pin/,
  });
});
