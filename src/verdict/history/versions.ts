import type { EventOf, RunEvent } from '../../events/event.ts';
import { sideLabels, UNKNOWN_VERSION, type Side } from '../../release/release.ts';
import { instanceName, kindOf, type InstanceName } from '../../scenario/topology/topology.ts';
import { readInfrastructureSwaps, type InfrastructureSwap } from '../reading/infrastructure.ts';

/** The exit status of a process that SIGKILL ended: 128 and 9. */
export const KILLED = 137;

export type LifeSide = 'base' | 'target' | 'other';

/**
 * One life of a service container, from its start to its exit, at one release. Times are
 * milliseconds since the start of the run.
 */
export interface Life {
  readonly node: string;
  /** The service instance, e.g. `heat-engine.2`. */
  readonly service: string;
  /** `node/service`, as the load balancer names it. */
  readonly name: InstanceName;
  /** The service without its number, e.g. `heat-engine`. */
  readonly kind: string;
  readonly role: 'api' | 'engine' | null;
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
}

/** Which version each service container ran, and when. */
export function readServices(start: EventOf<'run-started'>, events: readonly RunEvent[]): Services {
  const roles = new Map(start.services.map(({ service, role }) => [kindOf(service), role]));
  const nothingNew =
    start.configurationChanges === undefined &&
    (start.restart === true ||
      (start.watched === undefined &&
        start.base.version === start.target.version &&
        start.base.image === start.target.image));
  const labels = sideLabels(start);
  const labelOf = (side: LifeSide, version: string): string =>
    side === 'other' || start[side].version !== version ? version : labels[side];
  const containers = new Map(
    start.services.map(({ node, service, container }) => [`${node}/${service}`, container]),
  );
  const lives = new Map<string, Life[]>();
  /** Containers beside which a replacement was started. */
  const replaced = new Set<string>();

  const begin = (place: Place, at: number): Life => {
    const name = instanceName(place);
    const past = lives.get(name) ?? [];
    const side = sideOf(place, start, earlierThan(place, past.length));
    const life: Life = {
      node: place.node,
      service: place.service,
      name,
      kind: kindOf(place.service),
      role: roles.get(kindOf(place.service)) ?? null,
      image: place.image,
      version: place.version,
      label: labelOf(side, place.version),
      side,
      startedAt: at,
      configuredAt: at,
      servingAt: null,
      stoppingAt: null,
      stoppedAt: null,
      exitCode: null,
      engineId: null,
      container: containers.get(name) ?? null,
    };
    lives.set(name, [...past, life]);
    return life;
  };
  const current = (place: Pick<Place, 'node' | 'service'>): Life | undefined => {
    const life = lives.get(`${place.node}/${place.service}`)?.at(-1);
    return life === undefined || life.stoppedAt !== null ? undefined : life;
  };
  const change = (life: Life, news: Partial<Life>): void => {
    const past = lives.get(life.name) ?? [];
    lives.set(life.name, [...past.slice(0, -1), { ...life, ...news }]);
  };

  for (const service of start.services) {
    change(begin({ ...service, image: null }, start.at), {
      servingAt: start.at,
      engineId: service.engineId ?? null,
    });
  }
  for (const event of events) {
    if (event.type === 'service-started') {
      // The lab may report again the services that ran when the run started.
      if (current(event) !== undefined) continue;
      begin(event, event.at);
      if (event.replaces !== undefined) replaced.add(`${event.node}/${event.replaces}`);
    } else if (event.type === 'service-serving') {
      const life = current(event) ?? begin(event, event.at - event.seconds * 1000);
      const earlier = (lives.get(life.name)?.length ?? 1) - 1;
      const side = sideOf(event, start, earlierThan(event, earlier));
      change(life, {
        version: event.version,
        image: event.image,
        label: labelOf(side, event.version),
        side,
        servingAt: life.servingAt ?? event.at,
        engineId: event.engineId ?? life.engineId,
      });
    } else if (event.type === 'service-moved' || event.type === 'service-reloaded') {
      const life = current(event);
      if (life !== undefined) change(life, { configuredAt: event.at });
    } else if (event.type === 'service-stopping') {
      const life = current(event);
      if (life !== undefined) change(life, { stoppingAt: event.at });
    } else if (event.type === 'service-stopped') {
      const life = current(event);
      if (life !== undefined) change(life, { stoppedAt: event.at, exitCode: event.exitCode });
    } else if (event.type === 'container-changed' && event.change === 'exited') {
      // Only unrequested exits count here: a requested stop has a fuller `service-stopped` event.
      const life = lives.get(event.container)?.at(-1);
      if (life !== undefined && life.stoppingAt === null && life.stoppedAt === null) {
        change(life, { stoppedAt: event.at, exitCode: event.exitCode ?? null });
      }
    }
  }
  return summarize([...lives.values()], {
    nothingNew,
    labels,
    replaced,
    swaps: readInfrastructureSwaps(events),
  });
}

function summarize(
  containers: readonly (readonly Life[])[],
  {
    nothingNew,
    labels,
    replaced,
    swaps: around,
  }: Pick<Services, 'nothingNew' | 'labels'> & {
    readonly replaced: ReadonlySet<string>;
    readonly swaps: readonly InfrastructureSwap[];
  },
): Services {
  const byName = new Map<string | undefined, readonly Life[]>(
    containers.map((past) => [past[0]?.name, past]),
  );
  const lives = containers.flat();
  const swaps = [
    ...around.map(({ stoppingAt }) => stoppingAt),
    ...lives.flatMap((life) => [
      ...(life.stoppingAt === null ? [] : [life.stoppingAt]),
      ...(life.stoppedAt === null ? [] : [life.stoppedAt]),
      ...(life.side === 'target' ? [life.startedAt] : []),
    ]),
  ];
  const firstSwapAt = swaps.length === 0 ? null : Math.min(...swaps);
  const served = [
    ...around.flatMap(({ servingAt }) => servingAt ?? []),
    ...lives.flatMap(({ startedAt, servingAt }) =>
      servingAt !== null && firstSwapAt !== null && startedAt >= firstSwapAt ? [servingAt] : [],
    ),
  ];
  return {
    lives,
    last: containers.flatMap((past) =>
      past.slice(-1).filter(({ name, stoppedAt }) => stoppedAt === null || !replaced.has(name)),
    ),
    nothingNew,
    labels,
    firstSwapAt,
    lastSwapAt: served.length === 0 ? null : Math.max(...served),
    at: (name, instant) => byName.get(name)?.findLast(({ startedAt }) => startedAt <= instant),
  };
}

interface Place {
  readonly node: string;
  readonly service: string;
  readonly version: string;
  readonly image: string | null;
  /** The side as which it was started, if the run says so. */
  readonly side?: Side | undefined;
}

/** The number of earlier lives, including those of the service that it replaces. */
function earlierThan({ service }: { readonly service: string }, past: number): number {
  return past + (service.endsWith('.next') ? 1 : 0);
}

/**
 * Whether a life is at base or at target: the side as which it was started, except if its version
 * is not that side's. A run of an older rollgate does not record the side. Then the version decides
 * if the two differ, otherwise the image. In a control run the order decides: the first life is
 * base.
 */
function sideOf(place: Place, start: EventOf<'run-started'>, earlier: number): LifeSide {
  const { base, target } = start;
  if (place.side !== undefined) {
    const { version } = start[place.side];
    return version === place.version || version === UNKNOWN_VERSION ? place.side : 'other';
  }
  if (base.version !== target.version) {
    if (place.version === base.version) return 'base';
    return place.version === target.version ? 'target' : 'other';
  }
  if (base.image !== target.image && place.image !== null) {
    if (place.image === base.image) return 'base';
    return place.image === target.image ? 'target' : 'other';
  }
  return earlier === 0 ? 'base' : 'target';
}
