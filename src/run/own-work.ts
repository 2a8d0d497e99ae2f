import type { ClientFunction } from '../load/http/own-client.ts';
import type { RollFunction } from './script/roll-function.ts';

/** The calling program's own work in a run. */
export interface OwnWork {
  /** For a plan that a function rolls. */
  readonly roll?: RollFunction | undefined;
  /** The caller's client, which is measured while the load runs. */
  readonly client?: ClientFunction | undefined;
}
