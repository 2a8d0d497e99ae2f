import type { EventOf, RunEvent } from '../../../events/event.ts';
import { sideLabels, type Side } from '../../../release/release.ts';
import { instanceName, type NodeName } from '../../../scenario/topology/topology.ts';
import { readInfrastructureSwaps, type InfrastructureSwap } from '../infrastructure.ts';
import type { Life } from './life.ts';
import { Lives } from './lives.ts';

export interface Services {
  /** Every life, grouped by container, each group in order of time. */
  readonly lives: readonly Life[];
  /** The last life of every container, except containers that were replaced by another. */
  readonly last: readonly Life[];
  /** Whether base and target are one and the same: services restart, nothing is upgraded. */
  readonly nothingNew: boolean;
  /** Names of base and target in messages: their versions, or the sides if the versions are equal. */
  readonly labels: Readonly<Record<Side, string>>;
  /** When the first service was stopped or replaced; `null` if none was. */
  readonly firstSwapAt: number | null;
  /** When the last replaced service began to serve; `null` if none did. */
  readonly lastSwapAt: number | null;
  /** The life of a container (`node/service`) at an instant. */
  at(name: string | undefined, instant: number): Life | undefined;
  /** The life of the service that an event is about, at the event's time. */
  of(event: PlacedEvent): Life | undefined;
}

/** An event with the service that it is about. */
interface PlacedEvent {
  readonly node: NodeName;
  readonly service: string;
  readonly at: number;
}

/** Which version each service container ran, and when. */
export function readServices(start: EventOf<'run-started'>, events: readonly RunEvent[]): Services {
  const lives = new Lives(start);
  for (const event of events) lives.take(event);
  const all = lives.all.flat();
  const at = lifeAt(lives.all);
  return {
    lives: all,
    last: lives.all.flatMap((past) =>
      past
        .slice(-1)
        .filter(({ name, stoppedAt }) => stoppedAt === null || !lives.replaced.has(name)),
    ),
    nothingNew: isRestart(start),
    labels: sideLabels(start),
    ...swapTimes(all, readInfrastructureSwaps(events)),
    at,
    of: (event) => at(instanceName(event), event.at),
  };
}

/** The version of the service that an event is about, as the verdict names it. */
export function labelOf(
  event: PlacedEvent & { readonly version: string },
  services: Pick<Services, 'of'>,
): string {
  const life = services.of(event);
  return life?.version === event.version ? life.label : event.version;
}

function isRestart(start: EventOf<'run-started'>): boolean {
  if (start.configurationChanges !== undefined) return false;
  const { restart, watched, base, target } = start;
  const isSame = base.version === target.version && base.image === target.image;
  return restart === true || (watched === undefined && isSame);
}

/** From the first stop or start of a swap to the last service that serves after one. */
function swapTimes(
  lives: readonly Life[],
  infrastructure: readonly InfrastructureSwap[],
): Pick<Services, 'firstSwapAt' | 'lastSwapAt'> {
  const swaps = [
    ...infrastructure.map(({ stoppingAt }) => stoppingAt),
    ...lives.flatMap((life) => [
      ...(life.stoppingAt === null ? [] : [life.stoppingAt]),
      ...(life.stoppedAt === null ? [] : [life.stoppedAt]),
      ...(life.side === 'target' ? [life.startedAt] : []),
    ]),
  ];
  const firstSwapAt = swaps.length === 0 ? null : Math.min(...swaps);
  const served = [
    ...infrastructure.flatMap(({ servingAt }) => servingAt ?? []),
    ...lives.flatMap(({ startedAt, servingAt }) =>
      servingAt !== null && firstSwapAt !== null && startedAt >= firstSwapAt ? [servingAt] : [],
    ),
  ];
  return { firstSwapAt, lastSwapAt: served.length === 0 ? null : Math.max(...served) };
}

function lifeAt(containers: readonly (readonly Life[])[]): Services['at'] {
  const byName = new Map<string | undefined, readonly Life[]>(
    containers.map((past) => [past[0]?.name, past]),
  );
  return (name, instant) => byName.get(name)?.findLast(({ startedAt }) => startedAt <= instant);
}
