import type { EventOf, RunEvent } from '../../events/event.ts';
import type { Verdict } from '../../verdict/schema/verdict.ts';
import { readTimeline, type Timeline } from '../html/timeline/timeline.ts';

/** Milliseconds since the start of the run, and the details that a viewer shows after a click. */
interface Slice {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** A viewer can filter and colour by it. */
  readonly category: string;
  readonly details?: Details;
}

type Details = Readonly<Record<string, string | number>>;

/** Slices one below the other, under one heading. */
interface TrackGroup {
  readonly name: string;
  readonly tracks: ReadonlyMap<string, readonly Slice[]>;
  readonly counters?: readonly Counter[];
}

interface Counter {
  readonly name: string;
  readonly at: number;
  readonly values: Readonly<Record<string, number>>;
}

/**
 * The run as a trace for Perfetto (https://ui.perfetto.dev) and chrome://tracing: steps, services,
 * objects, requests, and what the machine did. An event a line.
 *
 * @see Google's "Trace Event Format", JSON Object Format; times there are microseconds.
 */
export function renderTrace(events: readonly RunEvent[], verdict: Verdict): string {
  const timeline = readTimeline(events, verdict);
  const groups: readonly TrackGroup[] = [
    { name: 'plan', tracks: planOf(timeline) },
    { name: 'services', tracks: servicesOf(timeline) },
    { name: timeline.noun, tracks: objectsOf(timeline) },
    { name: 'requests', tracks: requestsOf(events) },
    { name: 'machine', tracks: disturbancesOf(timeline), counters: countersOf(events) },
  ];
  const lines = groups.flatMap(traceEventsOf).map((event) => JSON.stringify(event));
  return `{"displayTimeUnit":"ms","traceEvents":[\n${lines.join(',\n')}\n]}\n`;
}

function planOf({ stages, steps }: Timeline): TrackGroup['tracks'] {
  return new Map([
    ['stages', stages.map((stage) => ({ ...stage, category: 'stage' }))],
    [
      'steps',
      steps.map(({ id, name, from, to, status }) => {
        return { name: `${id} ${name}`, from, to, category: status };
      }),
    ],
  ]);
}

function servicesOf({ services, findings }: Timeline): TrackGroup['tracks'] {
  return new Map(
    services.map(({ name, bands }) => [
      name,
      [
        ...bands.map(({ from, to, state, version }) => {
          const isChanging = state === 'stopping' || state === 'down' || state === 'starting';
          return { name: isChanging ? `${state} ${version}` : version, from, to, category: state };
        }),
        ...findings
          .filter(({ on }) => on === name)
          .map(({ at, title, severity }) => ({
            name: title,
            from: at,
            to: at,
            category: severity,
          })),
      ],
    ]),
  );
}

function objectsOf({ stacks }: Timeline): TrackGroup['tracks'] {
  const operations = stacks.flatMap(({ name, operations }) =>
    operations.map(({ action, from, to, outcome, status }) => {
      return {
        name: `${action} ${name}`,
        from,
        to,
        category: outcome,
        details: { operationStatus: status },
      };
    }),
  );
  return new Map([['operations', operations]]);
}

function requestsOf(events: readonly RunEvent[]): TrackGroup['tracks'] {
  const requests = events.filter((event) => event.type === 'request');
  const probes = Map.groupBy(requests, ({ probe, connection }) => `${probe}/${connection}`);
  return new Map([...probes].map(([name, own]) => [name, own.map(requestSlice)]));
}

function requestSlice(request: EventOf<'request'>): Slice {
  const { id, operation, scheduledAt, sentAt, at, outcome, status, server, detail } = request;
  const known = { status, server, detail };
  const details = Object.entries(known).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  return {
    name: outcome === 'served' ? operation : `${operation}: ${outcome}`,
    from: sentAt,
    to: at,
    category: outcome,
    details: { id, lateMs: sentAt - scheduledAt, ...Object.fromEntries(details) },
  };
}

function disturbancesOf({ faults, noise }: Timeline): TrackGroup['tracks'] {
  return new Map([
    [
      'faults',
      faults.map(({ fault, on, from, to }) => {
        return { name: `${fault} on ${on}`, from, to, category: 'fault' };
      }),
    ],
    ['noise', noise.map(({ why, from, to }) => ({ name: why, from, to, category: 'noise' }))],
  ]);
}

const MB = 1_000_000;

/**
 * Each sample covers the interval that ends with it, and is drawn from the beginning of that
 * interval.
 */
function countersOf(events: readonly RunEvent[]): readonly Counter[] {
  const samples = events.filter((event) => event.type === 'usage-sampled');
  return samples.flatMap(({ at, containers, machine }, index) => {
    const from = samples[index - 1]?.at ?? 0;
    const byContainer = (value: (one: (typeof containers)[number]) => number): Counter['values'] =>
      Object.fromEntries(containers.map((one) => [one.container, value(one)]));
    return [
      { name: 'cores of the machine', at: from, values: { busy: machine.busy } },
      { name: 'cores by container', at: from, values: byContainer(({ cpu }) => cpu) },
      {
        name: 'memory by container, MB',
        at,
        values: byContainer(({ memoryBytes }) => Math.round(memoryBytes / MB)),
      },
    ];
  });
}

type TraceEvent = Readonly<Record<string, string | number | Details>>;

/** A group is a process of the trace, and a track a thread of it. */
function traceEventsOf({ name, tracks, counters = [] }: TrackGroup, index: number): TraceEvent[] {
  const pid = index + 1;
  const lanes = [...tracks].flatMap(([track, slices]) =>
    lanesOf(slices).map((own, lane) => ({
      name: lane === 0 ? track : `${track} ${lane + 1}`,
      own,
    })),
  );
  return [
    { ph: 'M', name: 'process_name', pid, tid: 0, args: { name } },
    { ph: 'M', name: 'process_sort_index', pid, tid: 0, args: { sort_index: index } },
    ...lanes.flatMap(({ name, own }, lane): TraceEvent[] => {
      const tid = lane + 1;
      return [
        { ph: 'M', name: 'thread_name', pid, tid, args: { name } },
        { ph: 'M', name: 'thread_sort_index', pid, tid, args: { sort_index: lane } },
        ...own.map(({ name, category, from, to, details = {} }) => {
          const times = { ts: microseconds(from), dur: microseconds(to) - microseconds(from) };
          return { ph: 'X', name, cat: category, pid, tid, ...times, args: details };
        }),
      ];
    }),
    ...counters.map(({ name, at, values }) => {
      return { ph: 'C', name, pid, tid: 0, ts: microseconds(at), args: values };
    }),
  ];
}

function microseconds(ms: number): number {
  return Math.round(ms * 1000);
}

/** Slices of one thread may not partly overlap: such a slice goes into another lane. */
function lanesOf(slices: readonly Slice[]): readonly (readonly Slice[])[] {
  const lanes: Slice[][] = [];
  for (const slice of slices.toSorted((a, b) => a.from - b.from)) {
    const free = lanes.find((lane) => (lane.at(-1)?.to ?? 0) <= slice.from);
    if (free === undefined) lanes.push([slice]);
    else free.push(slice);
  }
  return lanes;
}
