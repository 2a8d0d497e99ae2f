import { RollgateError } from '../../errors.ts';
import type { Verdict } from '../../verdict/schema/verdict.ts';
import { withAll } from '../in-full.ts';

/**
 * A run with its verdict: the result of `lab.upgrade`, or a verdict that was read from a file.
 *
 * ```ts
 * import { assertVerdict, judge, readRun } from 'rollgate';
 *
 * const directory = 'runs/nightly';
 * const verdict = judge(await readRun(directory));
 * assertVerdict({ verdict, directory }).proves('supports-rolling-upgrade');
 * ```
 */
export interface Judged {
  /** The run's verdict. */
  readonly verdict: Verdict;
  /** The run's folder. An assertion that fails names its report and how to run it again. */
  readonly directory?: string;
}

/**
 * The verdict of a run. A run that was not awaited is a promise, and has none.
 *
 * @throws RollgateError `no-verdict`.
 */
export function verdictOf(run: Judged): Verdict {
  const given: unknown = run;
  if (isObject(given) && 'verdict' in given && isVerdict(given.verdict)) return run.verdict;
  const what = isObject(given) && 'then' in given ? 'a promise' : 'no run';
  const hint = isVerdict(given)
    ? 'Give it as { verdict }.'
    : 'Await the run, and pass its result: assertVerdict(await lab.upgrade({ to })).';
  const message = `expected a run with its verdict; found ${isVerdict(given) ? 'a verdict' : what}`;
  throw withAll(new RollgateError('no-verdict', message, { kind: 'usage', hint }));
}

/** Whether a value looks like a verdict; it only has to catch slips, such as a missing `await`. */
export function isVerdict(value: unknown): value is Verdict {
  return isObject(value) && 'outcome' in value && 'tags' in value && 'causes' in value;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
