import type { SubjectShape } from './topology/topology.ts';

/** The words that a scenario may use, brought in from the floors above. */
export interface Vocabulary {
  readonly shape: SubjectShape;
  /** Series of the release catalogue. */
  readonly series: readonly string[];
  readonly choreographies: readonly string[];
  /** Whose settings a lab can have. */
  readonly deployers: readonly string[];
  /** Whose settings a load balancer can have. */
  readonly balancers: readonly string[];
}
