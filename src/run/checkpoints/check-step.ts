import type { CheckAction } from '../../plan/checkpoints/check.ts';

export type CheckStep = CheckAction & { readonly id: string };

/** What a check came to. */
export interface CheckResult {
  readonly passed: boolean;
  /** In a sentence. */
  readonly detail: string;
}
