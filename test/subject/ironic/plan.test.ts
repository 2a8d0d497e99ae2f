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

test('ironic: a plan names the transport of the calls', async (t) => {
  const text = renderPlan(await planned({ topology: '2x2-json-rpc', choreography: 'pinned' }));
  t.regex(text, /^topology +2x2-json-rpc: .*, calls over json-rpc$/m);
});

test('ironic: the shipped scenarios make plans', async (t) => {
  const planning = await planningFor(subjectNamed('ironic'));
  for (const scenario of ['default', 'control', 'cold', 'cold-unmigrated', 'lost-conductor']) {
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

for (const choreography of ['pinned', 'pinned-reload']) {
  test(`ironic: ${choreography} is refused where the base’s release is unknown to it or to the target`, async (t) => {
    const image = await t.throwsAsync(planned({ choreography, base: 'image:own/ironic:1' }), {
      code: 'invalid-plan',
      message: /pins services to the base’s release, which own\/ironic:1 does not name/,
    });
    t.regex(String(Object(image).hint), /step: pin, release/);
    await t.throwsAsync(planned({ choreography, base: '2026.1', target: '2025.1' }), {
      code: 'invalid-plan',
      message: /pins services to 2026\.1, which 2025\.1 does not know/,
    });
    const plan = await planned({ choreography, target: 'image:own/ironic:1' });
    t.is(plan.choreography, choreography);
  });
}

test('ironic: without a pin both are planned', async (t) => {
  for (const choreography of ['unpinned', 'cold']) {
    t.truthy(await planned({ choreography, base: 'image:own/ironic:1' }));
    t.truthy(await planned({ choreography, base: '2026.1', target: '2025.1' }));
  }
});
