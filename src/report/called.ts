import type { Verdict } from '../verdict/schema/verdict.ts';

/** The title of a run. */
export type Called = Verdict['outcome'] | 'not-proven';

/**
 * A run in which no requirement failed, but not all were proven, is not called failed. Its
 * `outcome` is still `failed` (status 99), because a gate does not let it pass.
 */
export function called(verdict: Verdict): Called {
  const { outcome, ended, require, tags, thresholds, rules = [], checks, causes } = verdict;
  const failed =
    ended !== 'completed' ||
    require.some(
      (name) => !(name in tags) || tags[name as keyof typeof tags].status === 'failed',
    ) ||
    thresholds.some(({ status }) => status === 'failed') ||
    rules.some(({ status }) => status === 'failed') ||
    checks.some(({ status }) => status !== 'passed') ||
    causes.some(({ harm }) => harm === 'upgrade-broken');
  return outcome === 'failed' && !failed ? 'not-proven' : outcome;
}
