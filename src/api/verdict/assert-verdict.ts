import type { CauseKind } from '../../verdict/causes/kinds.ts';
import type { TagName } from '../../verdict/schema/verdict.ts';
import {
  checkHasCause,
  checkLoses,
  checkPasses,
  checkProves,
  negated,
  type Losses,
  type VerdictCheck,
} from './checks.ts';
import { verdictOf, type Judged } from './judged.ts';
import { describeUnmet, unmet } from './unmet.ts';

/**
 * Assertions on one run's verdict, which can be chained. The first failed assertion ends the chain.
 */
export interface VerdictAssertion {
  /** The tag must be proven. A tag that could not be measured is not. */
  proves(tag: TagName): this;
  /** At most this much is lost, and at least `atLeast`. */
  loses(losses: Losses): this;
  /** No cause of this class was found. */
  hasNoCause(kind: CauseKind | (string & {})): this;
  /** A cause of this class was found. */
  hasCause(kind: CauseKind | (string & {})): this;
  /** All requirements of the run are met: `require`, `thresholds`, `checkpoints`. */
  passes(): this;
}

/** Receives the result of each assertion, for test runners that count them. */
export interface AssertionReport {
  /** An assertion holds; `expected` is what it asserts. */
  pass(expected: string): void;
  /** An assertion does not hold; the message has the causes. */
  fail(message: string): void;
}

/**
 * Asserts the contents of a run's verdict. An assertion never passes without a measurement: a run
 * that was aborted, or whose load sent no request, fails every assertion.
 *
 * ```ts
 * import { Lab, assertVerdict } from 'rollgate';
 *
 * const run = await Lab.run({ series: '2025.1', to: '2026.1', choreography: 'gentle' });
 * assertVerdict(run)
 *   .proves('supports-rolling-upgrade')
 *   .loses({ requests: 0, stacks: 0 })
 *   .hasNoCause('work-dropped-by-stopping-engine');
 * ```
 *
 * @throws RollgateError `verdict-unmet`, with the expected and the actual result, the causes, the
 * report's path and the command that runs it again. `no-verdict` if the argument is not a run. `unknown-tag`,
 * `unknown-loss`, `unknown-cause` for a word that does not exist.
 */
export function assertVerdict(run: Judged, report?: AssertionReport): VerdictAssertion {
  const settle = (check: VerdictCheck): void => {
    const { status, expected } = check;
    if (status === 'holds') report?.pass(expected);
    else if (report === undefined) throw unmet(check, run);
    else report.fail(describeUnmet(check, run));
  };
  const verdict = verdictOf(run);
  const assertion: VerdictAssertion = {
    proves(tag) {
      settle(checkProves(verdict, tag));
      return this;
    },
    loses(losses) {
      checkLoses(verdict, losses).forEach(settle);
      return this;
    },
    hasNoCause(kind) {
      settle(negated(checkHasCause(verdict, kind), `there is no cause ${kind}`));
      return this;
    },
    hasCause(kind) {
      settle(checkHasCause(verdict, kind));
      return this;
    },
    passes() {
      settle(checkPasses(verdict));
      return this;
    },
  };
  return assertion;
}
