import type { CheckAction } from '../../plan/checkpoints/check.ts';

export type CheckStep = CheckAction & { readonly id: string };

/** The result of a check. */
export interface CheckResult {
  readonly passed: boolean;
  /** In a sentence. */
  readonly detail: string;
}
