import type { Side } from '../../release/release.ts';
import { SCRIPT } from '../../scenario/own-files/script.ts';
import {
  MEETINGS,
  meetingName,
  meetingOfKinds,
  type Meeting,
  type MeetingName,
} from '../../scenario/topology/meeting.ts';
import { type Role, type Topology, servicesOf } from '../../scenario/topology/topology.ts';
import { CHOREOGRAPHIES } from '../choreographies/registry.ts';
import type { Choreography, Draft, DraftStage } from '../draft.ts';
import type { Plan } from '../plan.ts';
import { apply, labAtBase, leavesOf, type LabState, type PaperService } from './lab-state.ts';

/** How the releases meet in a choreography. */
export interface Coexistence {
  /** Services of base and of target run at the same time. */
  readonly releases: boolean;
  /** They do so on one broker vhost. */
  readonly vhost: boolean;
  /** Target services that are not pinned to the base run at the same time as some of the base's. */
  readonly unpinned: boolean;
  /**
   * Which services can send messages to which engines, because both are on one vhost at the same
   * time.
   */
  readonly meetings: readonly Meeting[];
  /**
   * The names of these pairs, and of pairs of kinds of services if there are several kinds of
   * engines.
   */
  readonly met: ReadonlySet<MeetingName>;
  /**
   * The sides whose APIs and engines run in the mixed state, between two steps. Services that are
   * swapped in parallel are away at the same time.
   */
  readonly mixed: Readonly<Record<Role, ReadonlySet<Side>>>;
  /** At the end every service is at the target. */
  readonly upgrades: boolean;
}

/** The ways in which two releases can meet in a roll. */
export type Encounter = (typeof STATES)[number] | MeetingName;
const STATES = ['releases', 'vhost', 'unpinned'] as const;

/** For each way of meeting, the names of the choreographies that prevent it. */
export interface Apart {
  readonly avoidedBy: ReadonlyMap<Encounter, readonly string[]>;
  /** Every choreography that upgrades this topology and is possible for these releases. */
  readonly all: readonly string[];
  /** The meetings in the plan itself; `undefined` if a script decides them. */
  readonly own: Coexistence | undefined;
}

/**
 * Which choreographies keep base and target apart on a plan's topology. The scenario's own written
 * choreography is included.
 *
 * @param choreographies Those of the plan's subject. Default: all that rollgate has.
 */
export function choreographiesApart(
  { choreography, topology, baseVhost, stages, rpcDiffers }: Plan,
  choreographies: readonly Choreography[] = CHOREOGRAPHIES,
): Apart {
  // For a script, only the run shows the meetings. These releases may rule a choreography out.
  const known = choreographies
    .filter(
      ({ name, sameRpc }) => name !== SCRIPT && (rpcDiffers !== true || sameRpc === undefined),
    )
    .map((each) => ({
      name: each.name,
      ...coexistence(stagesOf(each, topology, baseVhost), topology, baseVhost),
    }));
  const own = coexistence(stages, topology, baseVhost);
  const written = known.some(({ name }) => name === choreography)
    ? []
    : [{ name: choreography, ...own }];
  const all = [...known, ...written].filter(({ upgrades }) => upgrades);
  const without = (encounter: Encounter): readonly string[] =>
    all.filter((one) => !cameTogether(one, encounter)).map(({ name }) => name);
  const encounters: readonly Encounter[] = [
    ...STATES,
    ...MEETINGS.map(meetingName),
    ...kindMeetings(topology),
  ];
  return {
    avoidedBy: new Map(encounters.map((encounter) => [encounter, without(encounter)])),
    all: all.map(({ name }) => name),
    own: choreography === SCRIPT ? undefined : own,
  };
}

/** Whether the two sides met in the simulation. */
export function cameTogether(seen: Coexistence, encounter: Encounter): boolean {
  const state = STATES.find((one) => one === encounter);
  if (state !== undefined) return seen[state];
  return [...seen.met].some((name) => name === encounter);
}

export function stagesOf(
  choreography: Choreography,
  topology: Topology,
  baseVhost: string,
): readonly DraftStage[] {
  return choreography.stages({
    topology,
    apis: servicesOf(topology, 'api'),
    engines: servicesOf(topology, 'engine'),
    baseVhost,
    nextVhost: `${baseVhost}-next`,
    series: { base: 'base', target: 'target' },
    mixedSeconds: 0,
  });
}

/** Simulates stages, and records after every step which release runs where. */
export function coexistence(
  stages: readonly { readonly steps: readonly Draft[] }[],
  topology: Topology,
  baseVhost: string,
): Coexistence {
  const seen = { releases: false, vhost: false, unpinned: false };
  const met = new Set<MeetingName>();
  const mixed = { api: new Set<Side>(), engine: new Set<Side>() };
  let last: Iterable<PaperService> = [];
  for (const { running, isSettled } of moments(stages, topology, baseVhost)) {
    const all = [...running.values()];
    const ofTarget = all.filter(isTarget);
    const ofBase = all.filter((one) => !isTarget(one));
    seen.releases ||= ofTarget.length > 0 && ofBase.length > 0;
    seen.vhost ||= shareVhost(ofTarget, ofBase);
    seen.unpinned ||= ofBase.length > 0 && ofTarget.some(({ pinned }) => !pinned);
    for (const name of namesOfMeetings(all, topology)) met.add(name);
    if (isSettled && ofTarget.length > 0 && ofBase.length > 0) {
      for (const { instance, side } of all) mixed[instance.role].add(side);
    }
    last = running.values();
  }
  return {
    ...seen,
    met,
    mixed,
    meetings: MEETINGS.filter((meeting) => met.has(meetingName(meeting))),
    upgrades: [...last].every(isTarget),
  };
}

/**
 * Records, in each step that holds the mixed state, which services can exchange messages during it.
 */
export function withMeetings(
  stages: readonly DraftStage[],
  topology: Topology,
  baseVhost: string,
): readonly DraftStage[] {
  const found = new Map<Draft, readonly Meeting[]>();
  for (const { draft, running } of moments(stages, topology, baseVhost)) {
    if (draft?.kind === 'hold' && draft.crossingSeconds !== undefined) {
      found.set(draft, meetingsAmong([...running.values()]));
    }
  }
  const noted = (draft: Draft): Draft => {
    if (draft.kind === 'together') return { ...draft, steps: draft.steps.map(noted) };
    const meetings = found.get(draft);
    return draft.kind === 'hold' && meetings !== undefined ? { ...draft, meetings } : draft;
  };
  return stages.map((stage) => ({ ...stage, steps: stage.steps.map(noted) }));
}

interface Moment extends Pick<LabState, 'running'> {
  readonly draft?: Draft;
  /** All parallel steps are done. */
  readonly isSettled: boolean;
}

/** The simulated lab, initially and after each step. */
function* moments(
  stages: readonly { readonly steps: readonly Draft[] }[],
  topology: Topology,
  baseVhost: string,
): Iterable<Moment> {
  let state = labAtBase(topology, baseVhost);
  yield { running: state.running, isSettled: true };
  for (const step of stages.flatMap(({ steps }) => steps)) {
    const drafts = [...leavesOf([step])];
    for (const [index, draft] of drafts.entries()) {
      state = apply(state, draft);
      yield { draft, running: state.running, isSettled: index === drafts.length - 1 };
    }
  }
}

/**
 * All pairs of kinds of services and kinds of engines; empty if there is only one kind of engine.
 */
function kindMeetings(topology: Topology): readonly MeetingName[] {
  const kinds = kindsOf(topology);
  return kinds.takers.flatMap((taker) =>
    kinds.senders.flatMap((sender) =>
      DIRECTIONS.map((direction) => meetingOfKinds({ sender, taker, ...direction })),
    ),
  );
}

const DIRECTIONS = [
  { from: 'target', to: 'base' },
  { from: 'base', to: 'target' },
] as const;

function kindsOf({ nodes }: Topology): {
  readonly senders: readonly string[];
  readonly takers: readonly string[];
} {
  const services = servicesOf({ nodes });
  const takers = new Set(services.flatMap(({ kind, role }) => (role === 'engine' ? [kind] : [])));
  if (takers.size < 2) return { senders: [], takers: [] };
  return { senders: [...new Set(services.map(({ kind }) => kind))], takers: [...takers] };
}

function namesOfMeetings(
  services: readonly PaperService[],
  topology: Topology,
): readonly MeetingName[] {
  const { senders, takers } = kindsOf(topology);
  const running = (kind: string, side: Side): readonly PaperService[] =>
    services.filter((one) => one.instance.kind === kind && one.side === side);
  return [
    ...meetingsAmong(services).map(meetingName),
    ...takers.flatMap((taker) =>
      senders.flatMap((sender) =>
        DIRECTIONS.flatMap(({ from, to }) =>
          shareVhost(running(sender, from), running(taker, to))
            ? [meetingOfKinds({ sender, from, to, taker })]
            : [],
        ),
      ),
    ),
  ];
}

/** Only engines take messages. */
function meetingsAmong(services: readonly PaperService[]): readonly Meeting[] {
  return MEETINGS.filter(({ sender, from, to }) =>
    shareVhost(
      services.filter(({ instance, side }) => instance.role === sender && side === from),
      services.filter(({ instance, side }) => instance.role === 'engine' && side === to),
    ),
  );
}

/** Whether two of them are on one vhost. */
function shareVhost(some: readonly PaperService[], others: readonly PaperService[]): boolean {
  return some.some(({ vhost }) => others.some((other) => other.vhost === vhost));
}

function isTarget({ side }: PaperService): boolean {
  return side === 'target';
}
