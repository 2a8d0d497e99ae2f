import { join } from 'node:path';
import test from 'ava';
import { runScenario } from '../../src/index.ts';
import type { ScenarioInput } from '../../src/scenario/schema.ts';
import type { Verdict } from '../../src/verdict/schema/verdict.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** A run of Ironic's default scenario. */
async function verdictOf(
  name: string,
  scenario: Partial<ScenarioInput>,
  set: Readonly<Record<string, unknown>> = {},
): Promise<Verdict> {
  const { verdict } = await runScenario({
    scenario: {
      name,
      subject: 'ironic',
      base: '2025.1',
      target: '2026.1',
      seed: 1,
      require: [],
      ...scenario,
      load: { stuckAfterSeconds: 60, ...scenario.load },
    },
    set,
    directory: join(temporaryFolder(), name),
  });
  return verdict;
}

const REFUSED = 'object-version-refused';
const refuses = ({ causes }: Verdict): boolean =>
  causes.some(
    ({ kind, title, sample }) =>
      kind === REFUSED || /Version \S+ of \w+ is not supported/.test(`${title} ${sample}`),
  );
const failed = ({ tags }: Verdict): readonly string[] =>
  tags['supports-rolling-upgrade'].clauses
    .filter(({ status }) => status === 'failed')
    .map(({ id }) => id);
const NOTHING_LOST = { lost: 0, stuck: 0 } as const;

test('29 → 35 pinned: all nodes live, and an API of 29 refuses the traits that the pin misses', async (t) => {
  const verdict = await verdictOf('pinned', { choreography: 'pinned' });
  t.like(verdict.stacks, NOTHING_LOST);
  t.is(verdict.tags['supports-upgrade'].status, 'proven');
  t.true(refuses(verdict));
  t.deepEqual(failed(verdict), ['versions-understand-each-other']);
});

test('29 → 35 pinned with the fix: nothing is refused', async (t) => {
  const patch = new URL('../../docs/findings/pin-misses-nested-objects.patch', import.meta.url);
  const set = { 'overlay.target.patches': [patch.pathname] };
  const verdict = await verdictOf('pinned-fixed', { choreography: 'pinned' }, set);
  t.like(verdict.stacks, NOTHING_LOST);
  t.false(refuses(verdict));
  t.deepEqual(failed(verdict), []);
});

test('29 → 35 unpinned: the mistake is caught', async (t) => {
  const verdict = await verdictOf('unpinned', { choreography: 'unpinned' });
  t.true(refuses(verdict));
  t.true(failed(verdict).includes('versions-understand-each-other'));
});

for (const choreography of ['cold', 'kolla']) {
  test(`29 → 35 by ${choreography}: it ends at the target`, async (t) => {
    const verdict = await verdictOf(choreography, { choreography });
    t.is(verdict.tags['supports-upgrade'].status, 'proven');
    t.is(verdict.stacks.lost, 0);
  });
}
