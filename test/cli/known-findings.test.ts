import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import test from 'ava';
import { knownInWords, publishedFindings } from '../../src/cli/known-findings.ts';
import { judge } from '../../src/verdict/judge.ts';
import type { Verdict } from '../../src/verdict/schema/verdict.ts';
import { badRoll } from '../verdict/runs.ts';

const DOCS = new URL('../../docs/findings/', import.meta.url);
const judged = judge(badRoll().events);

/** A red run of real versions with one cause. */
function red(cause: Partial<Verdict['causes'][number]>, target = '26.0.1'): Verdict {
  const [first] = judged.causes;
  if (first === undefined) throw new Error('the roll has no cause');
  return {
    ...judged,
    outcome: 'failed',
    base: { ...judged.base, version: '24.0.0' },
    target: { ...judged.target, version: target },
    causes: [{ ...first, ...cause }],
  };
}

const DROPPED = {
  kind: 'work-dropped-by-stopping-engine',
  harm: 'stacks-stuck',
  version: '24.0.0',
  title: 'heat-engine 24.0.0 on node1 was being stopped and dropped work that it had taken',
} as const;

test('every finding has its page, with the same title', async (t) => {
  const overview = await readFile(new URL('README.md', DOCS), 'utf8');
  for (const { id, title } of await publishedFindings()) {
    t.true(existsSync(new URL(`${id}.md`, DOCS)), id);
    t.true(overview.includes(`[${title}](${id}.md)`), title);
  }
});

test('a red run names the findings if all of its causes are published', async (t) => {
  t.is(
    await knownInWords(red(DROPPED)),
    'Every cause that did harm is a published finding:\n  A stopping engine acknowledges messages that it drops (docs/findings/stopping-engine-drops-messages.md)',
  );
});

test('a run with an unknown cause besides a known one is not excused', async (t) => {
  const run = red(DROPPED);
  const [known] = run.causes;
  if (known === undefined) return t.fail();
  const other = { ...known, kind: 'stack-lost' };
  t.regex((await knownInWords({ ...run, causes: [known, other] })) ?? '', /^1 of 2 causes/);
});

test('the user’s own source, own image and other versions are not excused', async (t) => {
  t.is(await knownInWords(red(DROPPED, '26.0.1+d29008f6e')), undefined);
  const run = red(DROPPED);
  t.is(await knownInWords({ ...run, target: { ...run.target, series: 'image' } }), undefined);
  t.is(await knownInWords(red({ ...DROPPED, version: '28.0.0' })), undefined);
  t.is(await knownInWords(red({ ...DROPPED, title: 'heat-api dropped work' })), undefined);
});

test('only a refused check_resource 1.9 matches the finding', async (t) => {
  const refused = {
    kind: 'work-refused-after-acknowledgement',
    harm: 'stacks-stuck',
    version: '24.0.0',
    sample:
      'UnsupportedVersion: Endpoint does not support RPC version 1.9. Attempted method: check_resource',
  } as const;
  t.regex((await knownInWords(red(refused))) ?? '', /check-resource-refused/);
  const other = refused.sample.replace('1.9', '2.0');
  t.is(await knownInWords(red({ ...refused, sample: other })), undefined);
});

test('a run that passed needs no excuse', async (t) => {
  t.is(await knownInWords({ ...red(DROPPED), outcome: 'passed' }), undefined);
});
