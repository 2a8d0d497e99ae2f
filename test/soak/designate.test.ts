import { join } from 'node:path';
import test from 'ava';
import { runScenario } from '../../src/index.ts';
import type { Verdict } from '../../src/verdict/schema/verdict.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** A run of Designate from 2025.1 to 2026.2. */
async function verdictOf(
  choreography: string,
  set: Readonly<Record<string, unknown>> = {},
): Promise<Verdict> {
  const { verdict } = await runScenario({
    scenario: {
      name: choreography,
      subject: 'designate',
      base: '2025.1',
      target: '2026.2',
      choreography,
      seed: 1,
      require: [],
      load: { stuckAfterSeconds: 60 },
    },
    set,
    directory: join(temporaryFolder(), choreography),
  });
  return verdict;
}

const refusedFor = ({ causes }: Verdict): readonly string[] =>
  causes.flatMap(({ kind, title, sample }) =>
    kind === 'rpc-peer-refused' && /RPC version 6\.12/.test(`${title} ${sample}`) ? [kind] : [],
  );

test('20 → 23 node by node with the fix: no request is refused', async (t) => {
  const patch = new URL('../../docs/findings/central-refuses-newer-callers.patch', import.meta.url);
  const verdict = await verdictOf('node-by-node', { 'overlay.target.patches': [patch.pathname] });
  t.deepEqual(refusedFor(verdict), []);
});

test('20 → 23 with the centrals first: no request is refused', async (t) => {
  const verdict = await verdictOf('centrals-first');
  t.deepEqual(refusedFor(verdict), []);
  t.is(verdict.stacks.lost, 0);
});

test('20 → 23 cold: it ends at the target', async (t) => {
  const verdict = await verdictOf('cold');
  t.is(verdict.tags['supports-upgrade'].status, 'proven');
});
