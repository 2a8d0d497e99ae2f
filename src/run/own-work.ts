import type { ClientFunction } from '../load/http/own-client.ts';
import type { RollFunction } from './script/roll-function.ts';

/** What a program that calls the library does in a run. */
export interface OwnWork {
  /** For a plan that a function rolls. */
  readonly roll?: RollFunction | undefined;
  /** A client of one's own, that is measured while the load runs. */
  readonly client?: ClientFunction | undefined;
}
