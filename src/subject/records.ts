import type { Holder } from '../events/families/operation.ts';
import { hostname, type ServiceInstance } from '../scenario/topology/topology.ts';

/** A row of the subject's service list. */
export interface EngineRow {
  readonly host: string;
  /**
   * The service, if more than one kind of engine has such rows; otherwise any service of its host.
   */
  readonly service?: string;
  readonly engineId: string;
  readonly status: 'up' | 'down';
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Whether a row of the service list is of this engine. */
export function isRowOf(
  { host, service }: Pick<EngineRow, 'host' | 'service'>,
  instance: ServiceInstance,
): boolean {
  return host === hostname(instance) && (service === undefined || service === instance.kind);
}

/**
 * The identity of an engine in the subject's database; undefined for an engine that it does not
 * list.
 */
export function engineIdOf(
  rows: readonly Pick<EngineRow, 'host' | 'service' | 'engineId'>[],
  instance: ServiceInstance,
): string | undefined {
  if (instance.role !== 'engine') return undefined;
  return rows.findLast((row) => isRowOf(row, instance))?.engineId;
}

/** Whether a text can be a name or an identity in a query. Other texts name no object. */
export function isPlainName(text: string): boolean {
  return /^[\w.-]+$/.test(text);
}

/** What engines hold. An engine that is gone holds it forever. */
export interface HeldWork {
  /** Locks on objects (stacks). */
  readonly locks: readonly { readonly object: string; readonly engineId: string }[];
  /** Parts (resources) that engines work on, counted. */
  readonly held: readonly { readonly engineId: string; readonly count: number }[];
}

/** A row of the subject's database that records a change. */
export interface RecordedChange {
  /** Milliseconds since the epoch, in whole seconds. */
  readonly at: number;
  readonly text: string;
}

/**
 * When an object in flight counts as stuck. During a run this is the run's
 * `load.stuckAfterSeconds`, which the settler also uses at the end. A stack that paused the run as
 * stuck must not count as slow afterwards, and the reverse. Without a run, it is the default of
 * that key.
 */
export interface InFlightOptions {
  readonly stuckAfterSeconds: number;
  readonly signal?: AbortSignal | undefined;
}

/** An object (a stack) with an operation under way. */
export interface InFlight {
  readonly object: string;
  readonly id: string;
  /** E.g. `UPDATE_IN_PROGRESS`. */
  readonly status: string;
  /** The time since the subject last recorded progress of it, or since it began. */
  readonly silentSeconds: number;
  /** It has been silent for long, and no existing engine works on any part of it. */
  readonly stuck: boolean;
  /** The engine that has a lock on it. */
  readonly lockedBy?: string;
  /** The unfinished parts, and the engine that holds each. */
  readonly unfinished: readonly {
    readonly part: string;
    readonly status: string;
    readonly heldBy?: string;
    readonly holder?: Holder;
  }[];
}
