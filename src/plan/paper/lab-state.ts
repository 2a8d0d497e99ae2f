import type { Side } from '../../release/release.ts';
import {
  instanceName,
  successorName,
  successorOf,
  type InstanceName,
  type ServiceInstance,
  type Topology,
  servicesOf,
} from '../../scenario/topology/topology.ts';
import type { Draft, DraftOf, SingleDraft } from '../draft.ts';

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
export function apply<K extends Draft['kind']>(state: LabState, action: DraftOf<K>): LabState {
  const effect: Effect<K> = EFFECTS[action.kind];
  return effect(state, action);
}

type Effect<K extends Draft['kind']> = (state: LabState, action: DraftOf<K>) => LabState;

const NO_EFFECT = (state: LabState): LabState => state;

const EFFECTS: { readonly [K in Draft['kind']]: Effect<K> } = {
  'db-sync': (state, { side }) => (side === 'target' ? { ...state, synced: true } : state),
  'migrate-data': NO_EFFECT,
  pin: (state) => ({ ...state, pinned: true }),
  unpin: (state) => ({ ...state, pinned: false }),
  'create-vhost': (state, { vhost }) => ({ ...state, vhosts: new Set([...state.vhosts, vhost]) }),
  'set-options': NO_EFFECT,

  stop: (state, { target }) => stopped(state, target),
  start: (state, action) => started(state, action.target, action),
  swap: (state, action) => started(state, action.target, action),
  surge: (state, action) => started(state, successorOf(action.target), action),
  drain: (state, { target }) => ({
    ...state,
    drained: new Set([...state.drained, instanceName(target)]),
  }),
  undrain: (state, { target }) => ({
    ...state,
    drained: without(state.drained, instanceName(target)),
  }),
  'move-api': configured,
  reload: configured,
  quiesce: NO_EFFECT,
  'swap-infrastructure': NO_EFFECT,
  'infrastructure-task': NO_EFFECT,

  // A service that a fault stops runs again when the fault ends.
  fault: NO_EFFECT,
  check: NO_EFFECT,
  script: NO_EFFECT,

  'try-stop': NO_EFFECT,
  'start-load': NO_EFFECT,
  release: NO_EFFECT,
  'stop-workload': NO_EFFECT,
  hold: NO_EFFECT,
  settle: NO_EFFECT,
  revive: NO_EFFECT,
  'stop-load': NO_EFFECT,

  together: (state, { steps }) => steps.reduce<LabState>(apply, state),
};

/** Drafts without their groups, in the written order. */
export function* leavesOf(drafts: readonly Draft[]): Iterable<SingleDraft> {
  for (const draft of drafts) {
    if (draft.kind === 'together') yield* leavesOf(draft.steps);
    else yield draft;
  }
}

/** The service that runs in place of another: itself, or the one that was started beside it. */
export function inPlaceOf({ running }: LabState, name: InstanceName): PaperService | undefined {
  return running.get(name) ?? running.get(successorName(name));
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

/** A service that runs reads its configuration anew: the vhost, and the pin as it is now. */
function configured(state: LabState, { target, vhost }: DraftOf<'move-api' | 'reload'>): LabState {
  const service = state.running.get(instanceName(target));
  return service === undefined ? state : started(state, target, { side: service.side, vhost });
}

function stopped(state: LabState, instance: ServiceInstance): LabState {
  const running = new Map(state.running);
  running.delete(instanceName(instance));
  return { ...state, running };
}

function without(names: ReadonlySet<InstanceName>, name: InstanceName): ReadonlySet<InstanceName> {
  return new Set([...names].filter((one) => one !== name));
}
