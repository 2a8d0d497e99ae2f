import type { RunEvent } from '../../../events/event.ts';
import type { Life, LifeSide } from '../../../verdict/history/services/life.ts';

/** `stopping`, `down` and `starting` together are the swap. */
export type BandState = LifeSide | 'stopping' | 'down' | 'starting';

export interface Band {
  readonly from: number;
  readonly to: number;
  readonly state: BandState;
  /** The version of the container that runs, or ran last. */
  readonly version: string;
}

/** One service container through the run. */
export interface ServiceLane {
  /** `node/service`. */
  readonly name: string;
  readonly node: string;
  readonly service: string;
  /** Consecutive, without overlap, in time order. */
  readonly bands: readonly Band[];
  /** The load balancer's view of it, from each of these times on. */
  readonly balancer: readonly { readonly at: number; readonly status: string }[];
}

/** @param lives Those of the container, in order of time. */
export function laneOf(
  name: string,
  lives: readonly Life[],
  events: readonly RunEvent[],
  end: number,
): ServiceLane {
  const [first] = lives;
  return {
    name,
    node: first?.node ?? name,
    service: first?.service ?? name,
    bands: lives.flatMap((life, index) => bandsOf(life, lives[index + 1]?.startedAt ?? end)),
    balancer: balancerOf(name, events),
  };
}

function bandsOf(life: Life, until: number): readonly Band[] {
  const serving = life.servingAt ?? life.stoppingAt ?? life.stoppedAt ?? until;
  const stopping = life.stoppingAt ?? life.stoppedAt ?? until;
  const stopped = life.stoppedAt ?? until;
  const edges: readonly (readonly [BandState, number, number])[] = [
    ['starting', life.startedAt, serving],
    [life.side, serving, stopping],
    ['stopping', stopping, stopped],
    ['down', stopped, until],
  ];
  return edges.flatMap(([state, from, to]) => {
    const band = { from: Math.round(from), to: Math.round(to), state, version: life.version };
    return band.to > band.from ? [band] : [];
  });
}

function balancerOf(name: string, events: readonly RunEvent[]): ServiceLane['balancer'] {
  const changes: { at: number; status: string }[] = [];
  for (const event of events) {
    if (event.type !== 'balancer-sampled') continue;
    const server = event.servers.find(({ node, service }) => `${node}/${service}` === name);
    if (server === undefined || server.status === changes.at(-1)?.status) continue;
    changes.push({ at: Math.round(event.at), status: server.status });
  }
  return changes;
}
