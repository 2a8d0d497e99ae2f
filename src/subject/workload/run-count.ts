import type { Legacy } from '../load.ts';

/** What is handed over to the next run if no object lives on, so that names are not used twice. */
export class RunCount implements Legacy {
  readonly objects: readonly string[] = [];
  /** How many runs there were. */
  readonly runs: number;

  constructor(runs: number) {
    this.runs = runs;
  }
}
