import type { Legacy } from '../load.ts';

/** What is left to the next run where no object lives on: names are not used twice. */
export class RunCount implements Legacy {
  readonly objects: readonly string[] = [];
  /** How many runs there were. */
  readonly runs: number;

  constructor(runs: number) {
    this.runs = runs;
  }
}
