import type { EventOf } from '../../../events/event.ts';
import { UNKNOWN_VERSION } from '../../../release/release.ts';
import type { InstanceName, NodeName } from '../../../scenario/topology/topology.ts';
import type { Role, Side } from '../../../words.ts';

/** The exit status of a process that SIGKILL ended: 128 and 9. */
export const KILLED = 137;

export type LifeSide = Side | 'other';

/**
 * One life of a service container, from its start to its exit, at one release. Times are
 * milliseconds since the start of the run.
 */
export interface Life {
  readonly node: NodeName;
  /** The service instance, e.g. `heat-engine.2`. */
  readonly service: string;
  /** `node/service`, as the load balancer names it. */
  readonly name: InstanceName;
  /** The service without its number, e.g. `heat-engine`. */
  readonly kind: string;
  readonly role: Role | null;
  readonly image: string | null;
  /** As found in the running container; before it serves, as declared. */
  readonly version: string;
  /** The version, with the side if base and target have the same version: `26.0.1 (target)`. */
  readonly label: string;
  readonly side: LifeSide;
  readonly startedAt: number;
  /** When it last read its configuration: at its start, or when it was asked to. */
  readonly configuredAt: number;
  readonly servingAt: number | null;
  readonly stoppingAt: number | null;
  readonly stoppedAt: number | null;
  readonly exitCode: number | null;
  /** The identity under which the subject lists an engine. */
  readonly engineId: string | null;
  /** The container's name, if an event has it. */
  readonly container: string | null;
}

/** A service as an event names it when it starts or serves. */
export interface SeenService {
  readonly node: NodeName;
  readonly service: string;
  readonly version: string;
  readonly image: string | null;
  /** The side as which it was started, if the run says so. */
  readonly side?: Side | undefined;
}

/**
 * Whether a life is at base or at target: the side as which it was started, except if its version
 * is not that side's. A run of an older rollgate does not record the side. Then the version decides
 * if the two differ, otherwise the image. In a control run the order decides: the first life is
 * base.
 *
 * @param earlier How many lives the container had before this one.
 */
export function sideOf(
  found: SeenService,
  start: EventOf<'run-started'>,
  earlier: number,
): LifeSide {
  const { base, target } = start;
  if (found.side !== undefined) {
    const { version } = start[found.side];
    return version === found.version || version === UNKNOWN_VERSION ? found.side : 'other';
  }
  if (base.version !== target.version) {
    if (found.version === base.version) return 'base';
    return found.version === target.version ? 'target' : 'other';
  }
  if (base.image !== target.image && found.image !== null) {
    if (found.image === base.image) return 'base';
    return found.image === target.image ? 'target' : 'other';
  }
  // An engine that is started beside another replaces it: that one was the first life.
  const isSuccessor = found.service.endsWith('.next');
  return earlier === 0 && !isSuccessor ? 'base' : 'target';
}
