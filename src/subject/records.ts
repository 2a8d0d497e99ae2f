import type { Holder } from '../events/families/operation.ts';
import { hostname, type ServiceInstance } from '../scenario/topology/topology.ts';

/** A row of the subject's service list. */
export interface EngineRow {
  readonly host: string;
  /** The service, where more than one kind of engine has such rows; else any of its host's. */
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

/** By which an engine is known in the subject's database; undefined for one that it does not list. */
export function engineIdOf(
  rows: readonly Pick<EngineRow, 'host' | 'service' | 'engineId'>[],
  instance: ServiceInstance,
): string | undefined {
  if (instance.role !== 'engine') return undefined;
  return rows.findLast((row) => isRowOf(row, instance))?.engineId;
}

/** What engines hold: an engine that is gone holds it forever. */
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
 * When an object in flight counts as stuck. During a run that is the run's `load.stuckAfterSeconds`,
 * by which its settler judges at the end too: what pauses a run as stuck must not be called slow
 * afterwards, nor the other way round. Where there is no run, it is the default of that key.
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
  /** Since the subject last wrote down progress of it, or since it began. */
  readonly silentSeconds: number;
  /** Silent for long, and no engine that is there has anything of it in hand. */
  readonly stuck: boolean;
  /** The engine that has a lock on it. */
  readonly lockedBy?: string;
  /** The parts that are not done, and the engine that holds each. */
  readonly unfinished: readonly {
    readonly part: string;
    readonly status: string;
    readonly heldBy?: string;
    readonly holder?: Holder;
  }[];
}
