import type { Legacy } from '../../load.ts';
import type { LivingStack } from './lifecycle/lifecycle.ts';

/** The stacks that Heat's workload leaves to the next run. */
export class HeatLegacy implements Legacy {
  readonly living: readonly LivingStack[];
  /** Ids of stacks that did not reach a complete state. */
  readonly broken: readonly string[];
  /** How many runs there were. */
  readonly runs: number;

  constructor(living: readonly LivingStack[], broken: readonly string[], runs: number) {
    this.living = living;
    this.broken = broken;
    this.runs = runs;
  }

  get objects(): readonly string[] {
    return this.living.map(({ name }) => name);
  }
}
