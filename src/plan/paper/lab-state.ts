import type { Side } from '../../release/release.ts';
import {
  instanceName,
  successorOf,
  type InstanceName,
  type ServiceInstance,
  type Topology,
  servicesOf,
} from '../../scenario/topology/topology.ts';
import type { Draft, SingleDraft } from '../draft.ts';
import { isOfLoad } from '../step.ts';

/** A service that runs in the simulation. */
export interface PaperService {
  readonly instance: ServiceInstance;
  readonly side: Side;
  readonly vhost: string;
  /** It was started while a pin to the base's messages and records was set. */
  readonly pinned: boolean;
}

/** A simulated lab: its services by name with release and vhost, and its preparations. */
export interface LabState {
  readonly running: ReadonlyMap<InstanceName, PaperService>;
  /** Every service that the lab ever had. */
  readonly known: ReadonlySet<InstanceName>;
  /** Apis to which the load balancer sends nothing. */
  readonly drained: ReadonlySet<InstanceName>;
  /** The vhosts that the broker has. */
  readonly vhosts: ReadonlySet<string>;
  /** The schema was synced with the code of the target. */
  readonly synced: boolean;
  /** Services that start use the base's messages and records. */
  readonly pinned: boolean;
}

/** A lab whose services all run at the base, on one vhost. */
export function labAtBase(topology: Topology, vhost: string): LabState {
  const instances = servicesOf(topology);
  const running = new Map(
    instances.map((instance) => [
      instanceName(instance),
      { instance, side: 'base', vhost, pinned: false } as const,
    ]),
  );
  return {
    running,
    known: new Set(running.keys()),
    drained: new Set(),
    vhosts: new Set([vhost]),
    synced: false,
    pinned: false,
  };
}

/**
 * The lab after an action. Parallel steps are applied in the written order. Whether an action is
 * possible at all is a separate question: see `obstaclesOf`.
 */
export function apply(state: LabState, action: Draft): LabState {
  if (isOfLoad(action)) return state;
  switch (action.kind) {
    case 'db-sync':
      return action.side === 'target' ? { ...state, synced: true } : state;
    case 'create-vhost':
      return { ...state, vhosts: new Set([...state.vhosts, action.vhost]) };
    case 'stop':
      return stopped(state, action.target);
    case 'start':
    case 'swap':
      return started(state, action.target, action);
    case 'surge':
      return started(state, successorOf(action.target), action);
    case 'drain':
      return { ...state, drained: new Set([...state.drained, instanceName(action.target)]) };
    case 'undrain':
      return { ...state, drained: without(state.drained, instanceName(action.target)) };
    case 'move-api':
    case 'reload': {
      const service = state.running.get(instanceName(action.target));
      if (service === undefined) return state;
      return started(state, action.target, { side: service.side, vhost: action.vhost });
    }
    case 'together':
      return action.steps.reduce(apply, state);
    case 'pin':
      return { ...state, pinned: true };
    case 'unpin':
      return { ...state, pinned: false };
    // A service that a fault stops runs again when the fault ends.
    case 'fault':
    case 'migrate-data':
    case 'set-options':
    case 'swap-infrastructure':
    case 'infrastructure-task':
    case 'quiesce':
    case 'check':
    case 'script':
      return state;
    default:
      return action satisfies never;
  }
}

/** Drafts without their groups, in the written order. */
export function* leavesOf(drafts: readonly Draft[]): Iterable<SingleDraft> {
  for (const draft of drafts) {
    if (draft.kind === 'together') yield* leavesOf(draft.steps);
    else yield draft;
  }
}

/** The service that runs in place of another: itself, or the one that was started beside it. */
export function inPlaceOf({ running }: LabState, name: InstanceName): PaperService | undefined {
  return running.get(name) ?? running.get(`${name}.next`);
}

/** Whether the load balancer can send requests to an api. */
export function isInRotation({ running, drained }: LabState, name: InstanceName): boolean {
  return running.has(name) && !drained.has(name);
}

/** Services of both releases run. */
export function isMixed({ running }: LabState): boolean {
  return new Set([...running.values()].map(({ side }) => side)).size > 1;
}

function started(
  state: LabState,
  instance: ServiceInstance,
  { side, vhost }: { readonly side: Side; readonly vhost: string },
): LabState {
  const name = instanceName(instance);
  return {
    ...state,
    running: new Map(state.running).set(name, { instance, side, vhost, pinned: state.pinned }),
    known: new Set([...state.known, name]),
  };
}

function stopped(state: LabState, instance: ServiceInstance): LabState {
  const running = new Map(state.running);
  running.delete(instanceName(instance));
  return { ...state, running };
}

function without(names: ReadonlySet<InstanceName>, name: InstanceName): ReadonlySet<InstanceName> {
  return new Set([...names].filter((one) => one !== name));
}
