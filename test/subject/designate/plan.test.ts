import { readFile, writeFile } from 'node:fs/promises';
import test from 'ava';
import { coexistence } from '../../../src/plan/paper/coexistence.ts';
import { renderPlan } from '../../../src/plan/render/render.ts';
import { preparePlan } from '../../../src/runs/prepare.ts';
import type { ScenarioInput } from '../../../src/scenario/schema.ts';
import { planningFor, subjectNamed } from '../../../src/subject/registry.ts';

/** The plan of a scenario of Designate's own. */
async function planned(input: Partial<ScenarioInput>) {
  const scenario = {
    name: 'test',
    subject: 'designate',
    base: '2025.1',
    target: '2026.2',
    seed: 1,
  };
  const planning = await planningFor(subjectNamed('designate'));
  const { plan } = await preparePlan({ scenario: { ...scenario, ...input }, ...planning });
  return plan;
}

for (const choreography of ['node-by-node', 'centrals-first', 'cold']) {
  test(`designate: the plan of ${choreography} is as in golden/${choreography}-2x2.txt`, async (t) => {
    const file = new URL(`golden/${choreography}-2x2.txt`, import.meta.url);
    const text = `${renderPlan(await planned({ choreography }))}\n`;
    if (process.env['UPDATE_GOLDEN'] === '1') await writeFile(file, text);
    t.is(text, await readFile(file, 'utf8'));
  });
}

test('designate: the shipped scenarios make plans', async (t) => {
  const planning = await planningFor(subjectNamed('designate'));
  for (const scenario of ['default', 'control', 'cold', 'centrals-first']) {
    const { plan } = await preparePlan({ scenario, ...planning });
    t.is(plan.subject, 'designate');
    t.is(plan.baseVhost, 'designate');
  }
});

test('designate: a choreography of Heat’s deployers is refused', async (t) => {
  await t.throwsAsync(planned({ choreography: 'osa' }), {
    code: 'invalid-scenario',
    message: /expected one of cold, node-by-node, centrals-first/,
  });
});

test('designate: centrals-first keeps new services and old centrals apart, and node-by-node does not', async (t) => {
  const met = async (choreography: string): Promise<readonly string[]> => {
    const { stages, topology, baseVhost } = await planned({ choreography });
    return [...coexistence(stages, topology, baseVhost).met].filter((name) =>
      name.endsWith(' of target to designate-central of base'),
    );
  };
  const toOldCentral = (kind: string) => `${kind} of target to designate-central of base`;
  t.deepEqual(await met('centrals-first'), [toOldCentral('designate-central')]);
  t.deepEqual(
    (await met('node-by-node')).toSorted(),
    ['api', 'central', 'mdns', 'producer', 'worker'].map((name) =>
      toOldCentral(`designate-${name}`),
    ),
  );
  t.deepEqual(await met('cold'), []);
});
