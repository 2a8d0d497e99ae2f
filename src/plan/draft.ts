import type { ServiceInstance, Topology } from '../scenario/topology.ts';
import type { Action } from './plan.ts';

/** An action that has no name and no number yet. */
export type Draft =
  | Exclude<Action, { readonly kind: 'together' }>
  | { readonly kind: 'together'; readonly steps: readonly Draft[] };

export interface DraftStage {
  readonly name: string;
  /** A stage without steps is left out of the plan. */
  readonly steps: readonly Draft[];
}

/** What a choreography sees of a scenario. */
export interface Roll {
  readonly topology: Topology;
  /** Of all nodes, in the topology's order. */
  readonly apis: readonly ServiceInstance[];
  readonly engines: readonly ServiceInstance[];
  readonly baseVhost: string;
  /** The vhost that a choreography may make for the target's services. */
  readonly nextVhost: string;
  readonly mixedSeconds: number;
}

/** The order in which a deployer rolls, as a pure function. */
export interface Choreography {
  readonly name: string;
  /** One line for a person. */
  readonly summary: string;
  stages(roll: Roll): readonly DraftStage[];
}

/** Drafts side by side; a single one needs no company. */
export function together(steps: readonly Draft[]): readonly Draft[] {
  return steps.length > 1 ? [{ kind: 'together', steps }] : steps;
}
