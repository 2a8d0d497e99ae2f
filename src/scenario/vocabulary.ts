import type { SubjectShape } from './topology/topology.ts';

/** The words that a scenario may use, provided by the callers. */
export interface Vocabulary {
  readonly shape: SubjectShape;
  /** The names of all subjects. Default: that of `shape`. */
  readonly subjects?: readonly string[];
  /** Series of the release catalogue. */
  readonly series: readonly string[];
  readonly choreographies: readonly string[];
  /** Deployers whose settings a lab can have. */
  readonly deployers: readonly string[];
  /** Deployers whose settings a load balancer can have. */
  readonly balancers: readonly string[];
}
