import type { Legacy } from '../../load.ts';

/** What Ironic's workload leaves to the next run: no node lives on, but names are not used twice. */
export class IronicLegacy implements Legacy {
  readonly objects: readonly string[] = [];
  /** How many runs there were. */
  readonly runs: number;

  constructor(runs: number) {
    this.runs = runs;
  }
}
