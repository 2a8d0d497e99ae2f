import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import test from 'ava';
import { knownInWords, publishedFindings } from '../../src/cli/known-findings.ts';
import { SUBJECT_NAMES, subjectNamed } from '../../src/subject/registry.ts';
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
  for (const name of SUBJECT_NAMES) {
    for (const { id, title } of await publishedFindings(subjectNamed(name))) {
      t.true(existsSync(new URL(`${id}.md`, DOCS)), id);
      t.true(overview.includes(`[${title}](${id}.md)`), title);
    }
  }
});

test('the losses of Ironic at a stop and at a pin are published findings', async (t) => {
  const known = async (logged: string, version: string): Promise<string | undefined> => {
    const title = `Requests lost: ironic-api logged “${logged}”`;
    const cause = { kind: 'requests-lost', harm: 'requests-lost', title, version } as const;
    const run = red(cause, '35.0.1');
    return knownInWords({ ...run, subject: 'ironic', base: { ...run.base, version: '29.0.5' } });
  };
  t.regex(
    (await known('A call over JSON-RPC found no conductor at its address', '35.0.1')) ?? '',
    /stopping-conductor-refuses\.md/,
  );
  t.regex(
    (await known(
      'An object TraitList of version 1.2 was refused: this release knows no such version',
      '29.0.5',
    )) ?? '',
    /pin-misses-nested-objects\.md/,
  );
  t.is(await known('No conductor was available', '35.0.1'), undefined);
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
