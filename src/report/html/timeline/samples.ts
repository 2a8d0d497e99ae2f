import type { RunEvent } from '../../../events/event.ts';

/** Messages in a vhost's queues: `[at, ready, unacknowledged]`, each valid until the next. */
export interface QueueLane {
  readonly vhost: string;
  readonly points: readonly (readonly [number, number, number])[];
}

export function queuesOf(events: readonly RunEvent[]): readonly QueueLane[] {
  const samples = events.filter((event) => event.type === 'queue-sampled');
  return [...Map.groupBy(samples, ({ vhost }) => vhost)].map(([vhost, own]) => ({
    vhost,
    points: own.map(
      ({ at, ready, unacknowledged }) => [Math.round(at), ready, unacknowledged] as const,
    ),
  }));
}

/** The machine's load: pairs of a time and a value, each for the interval that ends there. */
export interface Usage {
  /** Cores of the machine; 0 if nothing was measured. */
  readonly cores: number;
  /** Cores in use on the whole machine. */
  readonly busy: readonly Sample[];
  /** Cores in use by each container. */
  readonly containers: readonly { readonly name: string; readonly cpu: readonly Sample[] }[];
  /** The longest delay of the harness's own event loop, in milliseconds. */
  readonly harness: readonly Sample[];
  /** Milliseconds that each control request took. */
  readonly control: readonly Sample[];
}
export type Sample = readonly [at: number, value: number];

export function usageOf(events: readonly RunEvent[]): Usage {
  const usage = events.filter((event) => event.type === 'usage-sampled');
  const containers = Map.groupBy(
    usage.flatMap(({ at, containers }) => containers.map((one) => ({ at, ...one }))),
    ({ container }) => container,
  );
  return {
    cores: usage.at(-1)?.machine.cores ?? 0,
    busy: usage.map(({ at, machine }) => sample(at, machine.busy)),
    containers: [...containers]
      .map(([name, own]) => ({ name, cpu: own.map(({ at, cpu }) => sample(at, cpu)) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    harness: events
      .filter((event) => event.type === 'harness-delay')
      .map(({ at, maxMs }) => sample(at, maxMs)),
    control: events
      .filter((event) => event.type === 'request')
      .filter(({ control, outcome }) => control === true && outcome === 'served')
      .map(({ at, sentAt }) => sample(sentAt, at - sentAt)),
  };
}

function sample(at: number, value: number): Sample {
  return [Math.round(at), Math.round(value * 100) / 100];
}
