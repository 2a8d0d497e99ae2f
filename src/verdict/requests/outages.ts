import type { EventOf, RunEvent } from '../../events/event.ts';
import type { FAULTS } from '../../scenario/fault.ts';
import { serviceOfServer } from '../../scenario/topology/infrastructure.ts';
import { span } from '../../text/seconds.ts';
import { readFaults, type FaultWindow } from '../history/faults.ts';
import { readInfrastructureSwaps, type InfrastructureSwap } from '../history/infrastructure.ts';
import type { Interval } from '../history/interval.ts';
import type { Life } from '../history/services/life.ts';
import type { Services } from '../history/services/services.ts';

type ContainerChanged = EventOf<'container-changed'>;

/**
 * A time in which a container did not work. Either the container engine reported it: the container
 * was frozen, or gone although the service had not been asked to stop. (A requested stop is the end
 * of a life, which has its own events.) Or the kernel counted it: packets were dropped or delayed.
 */
export interface Outage extends Interval {
  /** `node1/heat-engine`, or the name of an infrastructure service. */
  readonly on: string;
  readonly how: 'frozen' | 'stopped' | 'unplugged' | 'cut off' | 'narrowed';
  /** The observer, as a sentence. */
  readonly seen: string;
  readonly exitCode: number | null;
  /** It ended with an error of its own, and no one had asked it to end: a crash. */
  readonly byItself: boolean;
  /** Whether the scenario did it. */
  readonly intended: boolean;
  /** `null` for infrastructure. */
  readonly life: Life | null;
}

/** Times in which a container was stopped, frozen or off the network, and whether this was meant. */
export function readOutages(
  events: readonly RunEvent[],
  services: Services,
  endAt: number,
): readonly Outage[] {
  const faults = readFaults(events, endAt);
  const swapOf = swapsIn(events, endAt);
  const isMeant = (outage: SeenOn): boolean =>
    swapOf(outage) !== undefined ||
    faults.some(
      (fault) => fault.on === outage.on && fault.from <= outage.to && outage.from <= fault.to,
    );
  return [...containerOutages(events, services, endAt), ...networkOutages(faults)]
    .map((outage) => ({
      ...outage,
      intended: isMeant(outage),
      life: services.at(outage.on, outage.from) ?? null,
    }))
    .sort((a, b) => a.from - b.from);
}

/** The outages that the container engine reported. */
function containerOutages(
  events: readonly RunEvent[],
  services: Services,
  endAt: number,
): readonly (SeenOn & Pick<Outage, 'seen'>)[] {
  const changes = Map.groupBy(
    events.filter((event) => event.type === 'container-changed'),
    ({ container }) => container,
  );
  // Other containers are short-lived by design, for example to migrate the schema or to burn CPU.
  const lives: ReadonlySet<string> = new Set(services.lives.map(({ name }) => name));
  const isKnown = (name: string): boolean => serviceOfServer(name) !== undefined || lives.has(name);
  const seen = [...changes]
    .filter(([on]) => isKnown(on))
    .flatMap(([on, own]) => outagesOf(own, endAt).map((outage) => ({ on, ...outage })))
    .filter((outage) => !wasAskedToStop(outage, services));
  const swapOf = swapsIn(events, endAt);
  /** The new server may end too. */
  const isFirstOfItsSwap = (outage: SeenOn): boolean => {
    const swap = swapOf(outage);
    return swap === undefined || seen.find((one) => swapOf(one) === swap) === outage;
  };
  /** A server that was swapped is back once it serves, which is well after its container runs. */
  const backAt = (outage: SeenOn): number => {
    const swap = swapOf(outage);
    return swap === undefined ? outage.to : Math.max(outage.to, swap.servingAt ?? endAt);
  };
  return seen
    .filter(isFirstOfItsSwap)
    .map((outage) => ({ ...outage, to: backAt(outage), seen: engineSaw(outage) }));
}

/** The swap of infrastructure that an outage belongs to. */
function swapsIn(
  events: readonly RunEvent[],
  endAt: number,
): (outage: SeenOn) => InfrastructureSwap | undefined {
  const swaps = readInfrastructureSwaps(events);
  return ({ on, from, to }) =>
    swaps.find(
      ({ service, stoppingAt, servingAt }) =>
        service === on && stoppingAt <= to && from <= (servingAt ?? endAt),
    );
}

function engineSaw({ on, how, from, to, exitCode }: SeenOn): string {
  const exit = exitCode === null ? '' : `, exit status ${exitCode}`;
  return `The container engine reports that ${on} was ${how} ${span(from, to)}${exit}.`;
}

/** The effect of a fault that no event of the container engine shows; `null` if one shows it. */
const HOW_BY_FAULT: ReadonlyMap<string, Outage['how'] | null> = new Map(
  Object.entries({
    stop: null,
    kill: null,
    pause: null,
    unplug: 'unplugged',
    cut: 'cut off',
    narrow: 'narrowed',
    'burn-cpu': null,
  } satisfies Record<(typeof FAULTS)[number], Outage['how'] | null>),
);

/** A change of a network without an effect is not an outage. */
function networkOutages(
  faults: readonly FaultWindow[],
): readonly (SeenOn & Pick<Outage, 'seen'>)[] {
  return faults.flatMap(({ fault, on, from, to, effect }) => {
    const how = HOW_BY_FAULT.get(fault) ?? null;
    if (how === null || effect === undefined || effect.packets === 0) return [];
    const by = effect.packets === undefined ? '' : "by the kernel's counters, ";
    const seen = `${on} was ${how} ${span(from, to)}: ${by}${effect.text}.`;
    return [{ on, how, from, to, exitCode: null, byItself: false, seen }];
  });
}

type SeenOutage = Pick<Outage, 'how' | 'exitCode' | 'byItself' | 'from' | 'to'>;
type SeenOn = SeenOutage & Pick<Outage, 'on'>;

function outagesOf(changes: readonly ContainerChanged[], endAt: number): readonly SeenOutage[] {
  const until = (from: ContainerChanged, ends: readonly ContainerChanged['change'][]): number =>
    changes.find(({ at, change }) => at >= from.at && ends.includes(change))?.at ?? endAt;
  return changes.flatMap((begin): readonly SeenOutage[] => {
    const common = { from: begin.at, exitCode: begin.exitCode ?? null, byItself: false };
    if (begin.change === 'paused') {
      return [{ ...common, how: 'frozen', to: until(begin, ['resumed', 'exited']) }];
    }
    return begin.change === 'exited'
      ? [
          {
            ...common,
            how: 'stopped',
            byItself: askedBefore(begin, changes) === undefined && isCrash(begin),
            from: askedBefore(begin, changes)?.at ?? begin.at,
            to: until(begin, ['started']),
          },
        ]
      : [];
  });
}

/** Exit statuses of a server that ended as it should, by SIGKILL or by SIGTERM. */
const ENDED: readonly number[] = [0, 137, 143];

function isCrash({ exitCode }: ContainerChanged): boolean {
  return exitCode !== undefined && !ENDED.includes(exitCode);
}

/**
 * The request to end of an exited service, if there was one: a server that shuts down refuses
 * requests before it exits.
 */
function askedBefore(
  exit: ContainerChanged,
  changes: readonly ContainerChanged[],
): ContainerChanged | undefined {
  const before = changes.filter(({ at }) => at <= exit.at);
  const startedAt = before.findLast(({ change }) => change === 'started')?.at ?? -Infinity;
  return before.find(
    ({ at, change, signal }) =>
      change === 'killed' && at >= startedAt && ENDS.some((end) => end === signal),
  );
}

/** SIGTERM and SIGKILL. */
const ENDS = [15, 9] as const;

/** A requested end of a life has a `service-stopping` event, and is not an outage. */
function wasAskedToStop({ on, how, from }: SeenOn, { lives }: Services): boolean {
  return (
    how === 'stopped' &&
    lives.some(
      ({ name, stoppingAt, stoppedAt }) =>
        name === on &&
        stoppingAt !== null &&
        stoppingAt <= from + CLOCK_SLACK_MS &&
        (stoppedAt === null || from <= stoppedAt + CLOCK_SLACK_MS),
    )
  );
}

/** The engine's events come a little after the fact. */
const CLOCK_SLACK_MS = 1_000;

/** Clients find a restarted broker or database again only after a while. */
const RECOVERY_MS: Readonly<Record<Outage['how'], number>> = {
  frozen: 1_000,
  stopped: 15_000,
  unplugged: 15_000,
  // TCP retransmits after increasing pauses (RFC 6298).
  'cut off': 15_000,
  narrowed: 1_000,
};

/** The outage that a request met, if any; among several the one that began last. */
export function outageDuring(
  outages: readonly Outage[],
  { sentAt, at }: { readonly sentAt: number; readonly at: number },
): Outage | undefined {
  return outages.findLast(({ how, from, to }) => sentAt <= to + RECOVERY_MS[how] && at >= from);
}

/** `rabbitmq was stopped`, `node1/heat-engine 26.0.1 exited by itself (status 3)`. */
export function outageInWords(outage: Outage): string {
  const { on, how, life, exitCode } = outage;
  const what = life === null ? on : `${on} ${life.label}`;
  return isItsOwn(outage) ? `${what} exited by itself (status ${exitCode})` : `${what} was ${how}`;
}

/** Whether it was a crash that nothing in the scenario asked for. */
export function isItsOwn({ byItself, intended }: Pick<Outage, 'byItself' | 'intended'>): boolean {
  return byItself && !intended;
}
