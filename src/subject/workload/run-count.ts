import type { Legacy } from '../load.ts';

/** The legacy of a run without living objects: its number, so that no name is used twice. */
export class RunCount implements Legacy {
  readonly objects: readonly string[] = [];
  /** How many runs there were. */
  readonly runs: number;

  constructor(runs: number) {
    this.runs = runs;
  }
}
