import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { RollgateError } from '../../src/errors.ts';
import { bisect, type BisectOptions } from '../../src/hunts/bisect/bisect.ts';
import { worstCause } from '../../src/hunts/bisect/cause.ts';
import { wordFor } from '../../src/hunts/bisect/judge-commit.ts';
import { judge } from '../../src/verdict/judge.ts';
import type { Verdict } from '../../src/verdict/schema/verdict.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { badRoll, cleanRoll } from '../verdict/runs.ts';
import { NEW, Story } from '../verdict/stream.ts';

/** The required tag failed: messages were refused. */
const REFUSED = judge(badRoll().events);
const PASSED = judge(cleanRoll().events);
/** It failed, and of another cause. */
const LOST = judge(
  new Story({}, { require: ['supports-zero-downtime-upgrade'] })
    .at(5)
    .request('5xx-service', { status: 500 })
    .at(9)
    .finished().events,
);
const NOT_BUILT = new RollgateError('unfit-source', 'does not fit', { kind: 'usage' });

/** A repository with a history of so many commits after the first, and their names from 0. */
async function history(commits: number): Promise<readonly string[]> {
  const repository = temporaryFolder();
  const git = async (command: readonly string[], input = ''): Promise<string> =>
    (await execa('git', ['-C', repository, ...command], { input })).stdout;
  await git(['init', '--quiet', '--initial-branch=main']);
  const said = Array.from(
    { length: commits + 1 },
    (_, number) =>
      `commit refs/heads/main\ncommitter a <a@localhost> ${number + 1} +0000\n` +
      `data <<END\nchange ${number}\nEND\nM 644 inline file\ndata <<END\n${number}\nEND\n\n`,
  );
  await git(['fast-import', '--quiet'], said.join(''));
  await git(['reset', '--quiet']);
  await writeFile(join(repository, 'file'), 'not committed');
  return [repository, ...(await git(['rev-list', '--reverse', 'main'])).split('\n')];
}

/** Searches a history. Each entry lists how the runs of one commit end, in order. */
async function search(
  runs: readonly (Verdict | Error | readonly (Verdict | Error)[])[],
  more: Partial<BisectOptions> = {},
) {
  const [repository = '', ...commits] = await history(runs.length - 1);
  const reported: string[] = [];
  const result = bisect({
    repository,
    good: commits[0] ?? '',
    bad: commits.at(-1) ?? '',
    passes: 1,
    retries: 1,
    run: async (commit, number) => {
      const ends = [runs[commits.indexOf(commit)] ?? []].flat();
      const end = ends[number - 1] ?? ends.at(-1);
      if (end === undefined || end instanceof Error) throw end ?? new Error('no such run');
      return end;
    },
    onTried: ({ word, commit, runs }) =>
      reported.push(`${commits.indexOf(commit)} ${word} ${runs}`),
    ...more,
  });
  return { result, reported, commits, repository };
}

test('the first commit that shows the cause of the bad one is found', async (t) => {
  const { result, reported, commits } = await search([
    PASSED,
    PASSED,
    PASSED,
    REFUSED,
    REFUSED,
    REFUSED,
  ]);
  const { first, cause, tried } = await result;
  t.deepEqual(first, [commits[3]]);
  t.is(cause.kind, 'work-refused-after-acknowledgement');
  t.deepEqual(reported.slice(0, 2), ['5 bad 1', '0 good 1']);
  t.true(reported.includes('2 good 1'));
  t.true(reported.includes('3 bad 1'));
  t.is(tried[0]?.subject, 'change 5');
});

test('a commit is skipped if it does not build, or fails twice with another cause', async (t) => {
  const { result, reported, commits } = await search([
    PASSED,
    PASSED,
    NOT_BUILT,
    LOST,
    REFUSED,
    REFUSED,
    REFUSED,
  ]);
  const { first } = await result;
  // The first bad commit is one of the skipped ones or the one after them.
  t.deepEqual([...first].toSorted(), commits.slice(2, 5).toSorted());
  t.true(reported.includes('2 skip 0'));
  t.true(reported.includes('3 skip 2'));
});

test('a run that is neither good nor bad is repeated, and only the second counts', async (t) => {
  const { result, reported, commits } = await search([PASSED, [LOST, PASSED], REFUSED, REFUSED]);
  t.deepEqual((await result).first, [commits[2]]);
  t.true(reported.includes('1 good 2'));
});

test('a cause that does not appear in every run takes more passes', async (t) => {
  const runs = [PASSED, PASSED, [PASSED, REFUSED], REFUSED, REFUSED];
  const once = await search(runs);
  t.deepEqual((await once.result).first, [once.commits[3]]);
  const twice = await search(runs, { passes: 2 });
  t.deepEqual((await twice.result).first, [twice.commits[2]]);
});

test('wrong good and bad ends are reported before the search begins', async (t) => {
  const passes = await search([PASSED, PASSED, PASSED]);
  await t.throwsAsync(passes.result, { code: 'bad-passes' });
  const shows = await search([REFUSED, REFUSED, REFUSED]);
  await t.throwsAsync(shows.result, { code: 'good-shows-it' });
  const fails = await search([LOST, REFUSED, REFUSED]);
  await t.throwsAsync(fails.result, { code: 'good-fails' });
  const unknown = await search([PASSED, REFUSED], { bad: 'nothing' });
  await t.throwsAsync(unknown.result, { code: 'unknown-commit' });
});

test('the user can name the cause to look for', async (t) => {
  const { result, commits } = await search([PASSED, REFUSED, LOST, LOST], {
    cause: /answered 500|5xx|: 500/,
  });
  await t.notThrowsAsync(result);
  t.deepEqual((await result).first.includes(commits[2] ?? ''), true);
});

test('an error of the harness ends it', async (t) => {
  const { result } = await search([PASSED, new RollgateError('not-ready', 'no lab'), REFUSED]);
  await t.throwsAsync(result, { code: 'not-ready' });
});

test('the repository stays unchanged', async (t) => {
  const { result, repository } = await search([PASSED, PASSED, REFUSED, REFUSED]);
  await result;
  const status = await execa('git', ['-C', repository, 'status', '--porcelain']);
  t.is(status.stdout, ' M file');
  const refs = await execa('git', ['-C', repository, 'for-each-ref', '--format=%(refname)']);
  t.notRegex(refs.stdout, /bisect/);
});

test('a cause is recognised whatever the versions, the nodes and the counts', (t) => {
  const [, other] = ['a', '26.0.2.dev1+gabc1234'];
  const later = judge(badRoll({ target: { ...NEW, version: other ?? '' } }).events);
  const [one, same] = [worstCause(REFUSED), worstCause(later)];
  if (one === undefined || same === undefined) return t.fail();
  t.is(one.key, same.key);
  t.is(
    one.key,
    'work-refused-after-acknowledgement-stacks-stuck-heat-engine-base-rpc-version-refused-check-resource',
  );
});

test('only a proven run is good', (t) => {
  const wanted = { by: 'cause', key: 'none' } as const;
  t.is(wordFor(PASSED, wanted).word, 'good');
  t.like(wordFor(LOST, wanted), { word: 'skip' });
  t.regex(wordFor(LOST, wanted).why, /^fails otherwise: Requests lost/);
  t.is(wordFor({ ...PASSED, outcome: 'error' }, wanted).word, 'skip');
});
