import type { Side } from '../release/release.ts';
import type { Config } from '../scenario/config.ts';
import type { ScriptSpec } from '../scenario/own-files/script.ts';
import type { ServiceInstance, SubjectShape, Topology } from '../scenario/topology/topology.ts';
import type { BalancerSettings } from './balancer.ts';
import type { Action } from './step.ts';

/** An action without a name and a number. */
export type Draft = (
  | Exclude<Action, { readonly kind: 'together' }>
  | { readonly kind: 'together'; readonly steps: readonly Draft[] }
) & {
  /** See `Step`. */
  readonly place?: string;
};

/** The draft of one kind of action. */
export type DraftOf<K extends Draft['kind']> = Extract<Draft, { readonly kind: K }>;

/** A draft that does one thing. */
export type SingleDraft = Exclude<Draft, { readonly kind: 'together' }>;

export interface DraftStage {
  readonly name: string;
  /** A stage without steps is left out of the plan. */
  readonly steps: readonly Draft[];
}

/** The part of a scenario that a choreography sees. */
export interface Roll {
  readonly topology: Topology;
  /** Of all nodes, in the topology's order. */
  readonly apis: readonly ServiceInstance[];
  readonly engines: readonly ServiceInstance[];
  readonly baseVhost: string;
  /** Names of base and target in the subject's release list, e.g. for a pin. */
  readonly series: Readonly<Record<Side, string>>;
  /** The vhost that a choreography may make for the target's services. */
  readonly nextVhost: string;
  readonly mixedSeconds: number;
  /** For the choreography `script`. */
  readonly script?: ScriptSpec | undefined;
}

/** The order in which a deployer rolls, as a pure function. */
export interface Choreography {
  readonly name: string;
  /** One line for a person. */
  readonly summary: string;
  /**
   * The deployer that this order belongs to. The lab has its settings if the scenario names none.
   */
  readonly deployer?: string;
  /** A load balancer in place of the deployer's or the lab's. */
  readonly balancer?: BalancerSettings;
  /** Options of the subject's configuration that this choreography needs. */
  readonly config?: Config | ((subject: SubjectShape) => Config);
  /**
   * Options that only the target gets: the choreography introduces them together with the release.
   */
  readonly configTo?: Config;
  /** Why base and target have to speak the same RPC version; absent if they need not. */
  readonly sameRpc?: string;
  /** It pins services to the base's release, which both sides have to know. */
  readonly pinsToBase?: true;
  /** It takes every api away at once, on purpose. */
  readonly outage?: true;
  stages(roll: Roll): readonly DraftStage[];
}

/** Drafts side by side; a single draft needs no group. */
export function together(steps: readonly Draft[]): readonly Draft[] {
  return steps.length > 1 ? [{ kind: 'together', steps }] : steps;
}
