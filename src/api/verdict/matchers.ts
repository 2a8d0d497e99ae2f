import type { CauseKind } from '../../verdict/causes/kinds.ts';
import type { TagName } from '../../verdict/schema/verdict.ts';
import {
  checkHasCause,
  checkLoses,
  checkPasses,
  checkProves,
  type Losses,
  type VerdictCheck,
} from './checks.ts';
import { verdictOf, type Judged } from './judged.ts';
import { describeUnmet } from './unmet.ts';

/** The result of a matcher, as Jest and Vitest expect it. */
export interface MatcherResult {
  /** Whether it holds, before `.not` is applied. */
  readonly pass: boolean;
  /** The text for a failed test. */
  readonly message: () => string;
}

/** The context in which they call a matcher. */
export interface MatcherContext {
  /** The matcher was called as `.not`. */
  readonly isNot?: boolean;
}

type ExpectedCause = CauseKind | (string & {});

/** The methods that these matchers add to `expect(run)`. */
export interface VerdictMatchers<R = unknown> {
  /** A tag is proven. */
  toProve(tag: TagName): R;
  /** At most this much is lost, and at least `atLeast`. */
  toLose(losses: Losses): R;
  /** A cause of this class was found. */
  toHaveCause(kind: ExpectedCause): R;
  /** All requirements of the run are met. */
  toPassTheGate(): R;
}

/**
 * Matchers for `expect.extend` of Jest and Vitest. `rollgate/vitest` has already added them.
 *
 * ```ts
 * import { verdictMatchers } from 'rollgate';
 *
 * declare const expect: { extend(matchers: object): void };
 * expect.extend(verdictMatchers);
 * // expect(run).toProve('supports-rolling-upgrade');
 * // expect(run).toLose({ requests: 0, stacks: 0 });
 * // expect(run).not.toHaveCause('stuck-unexplained');
 * ```
 */
export const verdictMatchers = {
  toProve(this: MatcherContext, run: Judged, tag: TagName) {
    return answer(this, run, [checkProves(verdictOf(run), tag)]);
  },
  toLose(this: MatcherContext, run: Judged, losses: Losses) {
    return answer(this, run, checkLoses(verdictOf(run), losses));
  },
  toHaveCause(this: MatcherContext, run: Judged, kind: ExpectedCause) {
    return answer(this, run, [checkHasCause(verdictOf(run), kind)]);
  },
  toPassTheGate(this: MatcherContext, run: Judged) {
    return answer(this, run, [checkPasses(verdictOf(run))]);
  },
} satisfies Record<
  keyof VerdictMatchers,
  (this: MatcherContext, run: Judged, ...expected: never[]) => MatcherResult
>;

function answer(
  { isNot = false }: MatcherContext,
  run: Judged,
  checks: readonly VerdictCheck[],
): MatcherResult {
  // Without a measurement the check fails, positive or negated.
  const unmeasured = checks.find(({ status }) => status === 'not-measured');
  if (unmeasured !== undefined) {
    return { pass: isNot, message: () => describeUnmet(unmeasured, run) };
  }
  const failed = checks.find(({ status }) => status === 'fails');
  const check = failed ?? checks[0];
  return {
    pass: failed === undefined,
    message: () => {
      if (check === undefined) return 'nothing was checked';
      const { expected } = check;
      return describeUnmet(isNot ? { ...check, expected: `not: ${expected}` } : check, run);
    },
  };
}
