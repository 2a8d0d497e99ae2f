import type { Verdict } from '../../verdict/schema/verdict.ts';

/**
 * A run with its verdict: what `lab.upgrade` returns, or a verdict that was read from a file.
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
  readonly verdict: Verdict;
  /** The run's folder. An assertion that fails names its report and how to run it again. */
  readonly directory?: string;
}
