import { RollgateError } from '../../errors.ts';
import { commitOf } from '../../release/source/commit.ts';
import { askGit, git } from '../../release/source/git.ts';
import type { Cause, Verdict } from '../../verdict/schema/verdict.ts';
import { findCause, worstCause, type WantedCause } from './cause.ts';
import { GitBisect, type BisectAnswer } from './git-bisect.ts';
import { wordFor, type Said, type Word } from './judge-commit.ts';

/** A commit, and the result of its runs. */
export interface Tried extends Said {
  readonly commit: string;
  /** The first line of its message. */
  readonly subject: string;
  /** The number of runs; none if it could not be built. */
  readonly runs: number;
  readonly seconds: number;
}

export interface BisectOptions {
  readonly repository: string;
  readonly good: string;
  readonly bad: string;
  /** The cause to look for. Default: the worst cause of the bad commit. */
  readonly cause?: RegExp | undefined;
  /** How many runs have to pass until a commit is good. */
  readonly passes: number;
  /** How often a run that is neither good nor bad is repeated. */
  readonly retries: number;
  /**
   * Runs the gate over a commit.
   * @param number The number of the commit's run, from 1.
   * @throws RollgateError of kind `usage` if no image can be made of it.
   */
  readonly run: (commit: string, number: number) => Promise<Verdict>;
  readonly onTried?: ((tried: Tried) => void) | undefined;
  /** git's progress, in its words. */
  readonly onProgress?: ((text: string) => void) | undefined;
}

export interface Bisected {
  /** One commit; several if skipped commits leave it open. */
  readonly first: readonly string[];
  /** The cause in the bad commit's run. */
  readonly cause: Cause;
  readonly tried: readonly Tried[];
}

/**
 * Finds the commit that introduced a cause. Both ends are run first. The bad one must show the
 * cause, and the good one must not: otherwise the cause is not between them. `git bisect` chooses
 * the commits between.
 *
 * @throws RollgateError `unknown-commit`, `bad-passes`, `good-shows-it`, `end-not-built`,
 * `git-failed`.
 */
export async function bisect(options: BisectOptions): Promise<Bisected> {
  const { repository } = options;
  const good = await commitOf(repository, options.good);
  const bad = await commitOf(repository, options.bad);
  await checkRange(repository, good, bad);
  const tried: Tried[] = [];
  const report = (one: Tried): Word => {
    tried.push(one);
    options.onTried?.(one);
    return one.word;
  };

  const { cause, wanted, ...first } = await learn(bad, options);
  report(first);
  const last = await tryCommit(good, wanted, options);
  if (report(last) !== 'good') throw notGood(last, cause);

  return GitBisect.in(repository, async (bisection) => {
    let answer: BisectAnswer = await bisection.start({ good, bad });
    while (answer.next !== undefined) {
      options.onProgress?.(answer.text.split('\n')[0] ?? '');
      const commit = answer.next;
      answer = await bisection.mark(report(await tryCommit(commit, wanted, options)), commit);
    }
    return { first: answer.first ?? [], cause, tried };
  });
}

/** git's own check would come only after two whole runs. */
async function checkRange(repository: string, good: string, bad: string): Promise<void> {
  const fork = await askGit(repository, 'merge-base', good, bad);
  if (good !== bad && fork === good) return;
  const [one, other] = [good, bad].map((commit) => commit.slice(0, 10));
  const message =
    good === bad
      ? `--good and --bad are the same commit, ${one}`
      : `the good commit ${one} does not come before the bad one, ${other}`;
  throw new RollgateError('git-failed', message, {
    kind: 'usage',
    hint: 'Name a good commit that the bad one descends from.',
  });
}

/** The cause that the bad commit's run shows. */
async function learn(
  commit: string,
  options: BisectOptions,
): Promise<Tried & { readonly cause: Cause; readonly wanted: WantedCause }> {
  const { cause: text, retries, run } = options;
  const began = performance.now();
  for (let number = 1; number <= 1 + retries; number += 1) {
    const verdict = await run(commit, number);
    const cause =
      text === undefined ? worstCause(verdict) : findCause(verdict, { by: 'text', text });
    if (cause === undefined) continue;
    return {
      cause,
      wanted: text === undefined ? { by: 'cause', key: cause.key } : { by: 'text', text },
      word: 'bad',
      why: cause.title,
      runs: number,
      ...(await about(commit, began, options)),
    };
  }
  throw new RollgateError(
    'bad-passes',
    `${commit.slice(0, 10)} was given as bad, and ${text === undefined ? 'nothing did harm in its run' : 'no cause in its run is the wanted one'}`,
    {
      kind: 'usage',
      hint: 'Name another commit, or run options that show it: see its run folder.',
    },
  );
}

/** Runs a commit until the result is known: good, bad, or neither. */
async function tryCommit(
  commit: string,
  wanted: WantedCause,
  options: BisectOptions,
): Promise<Tried> {
  const { passes, retries, run } = options;
  const began = performance.now();
  const tally = { passed: 0, neither: 0 };
  let said: Said;
  do {
    try {
      said = wordFor(await run(commit, tally.passed + tally.neither + 1), wanted);
    } catch (error) {
      if (!(error instanceof RollgateError) || error.kind !== 'usage') throw error;
      const why = `cannot be built: ${error.message.split('\n').slice(0, 2).join(' ')}`;
      const { passed, neither } = tally;
      return {
        word: 'skip',
        why,
        runs: passed + neither,
        ...(await about(commit, began, options)),
      };
    }
    if (said.word === 'good') tally.passed += 1;
    else tally.neither += 1;
  } while (said.word !== 'bad' && tally.passed < passes && tally.neither <= retries);
  const runs = tally.passed + tally.neither;
  return { ...said, runs, ...(await about(commit, began, options)) };
}

async function about(
  commit: string,
  began: number,
  { repository }: BisectOptions,
): Promise<Pick<Tried, 'commit' | 'subject' | 'seconds'>> {
  const subject = await git(repository, 'show', '--no-patch', '--format=%s', commit);
  return { commit, subject, seconds: (performance.now() - began) / 1000 };
}

function notGood({ commit, word, why }: Tried, cause: Cause): RollgateError {
  const short = commit.slice(0, 10);
  return word === 'bad'
    ? new RollgateError('good-shows-it', `${short} was given as good, and shows it too: ${why}`, {
        kind: 'usage',
        hint: 'Name an earlier commit, or another cause with --cause.',
      })
    : new RollgateError(
        'good-fails',
        `${short} was given as good, and its run does not pass: ${why}`,
        {
          kind: 'usage',
          hint: `It is unknown whether it has the cause too (${cause.title}). Name another commit, or run options with which it passes.`,
        },
      );
}
