import type { EventOf, RunEvent } from '../../events/event.ts';
import type { TrailEntry } from '../../report/terminal/trail.ts';
import type { Names } from './names.ts';
import { requestsIn } from './printed-line.ts';

/** A run's events about a stack or a request. */
export function eventEntries(names: Names, events: readonly RunEvent[]): readonly TrailEntry[] {
  return [
    ...events.flatMap((event) => entriesOf(event, names)),
    ...lockEntries(
      names,
      events.filter((event) => event.type === 'locks-sampled'),
    ),
  ];
}

function entriesOf(event: RunEvent, names: Names): readonly TrailEntry[] {
  if (event.type === 'request') {
    return names.requests.has(event.id) ? sentAndAnswered(event) : [];
  }
  const text = aboutOurs(event, names) ? inWords(event) : undefined;
  return text === undefined ? [] : [entry(event.at, text)];
}

function aboutOurs(event: RunEvent, { objects, requests, messages, namesObject }: Names): boolean {
  switch (event.type) {
    case 'operation-accepted':
    case 'operation-settled':
    case 'integrity-checked':
    case 'revival-ended':
      return objects.has(event.object);
    case 'message-dropped':
    case 'reply-misdelivered':
      return (
        messages.has(event.message) || (event.request !== undefined && requests.has(event.request))
      );
    case 'log-finding':
      // The log line already shows most findings; only a refused message's line names no request.
      return (
        event.request !== undefined &&
        requests.has(event.request) &&
        !namesObject(event.sample) &&
        !requestsIn(event.sample).some((id) => requests.has(id))
      );
    default:
      return false;
  }
}

/** An event that can be about a stack or a request. */
function inWords(event: RunEvent): string | undefined {
  switch (event.type) {
    case 'operation-accepted':
      return `${event.action} is accepted by ${event.server ?? 'the API'}`;
    case 'operation-settled':
      return settledInWords(event);
    case 'integrity-checked':
      return `${event.check} ${event.ok ? 'holds' : 'does not hold'}: ${event.detail}`;
    case 'revival-ended':
      return `${event.by} that should make it go on: ${event.outcome} after ${event.seconds.toFixed(1)} s, ${event.status}`;
    case 'message-dropped':
      return `${event.node}/${event.service} acknowledged message ${event.message} and never worked on it`;
    case 'reply-misdelivered':
      return `${event.node}/${event.service} took the reply to ${event.message}, which ${event.caller} waits for`;
    case 'log-finding':
      return `${event.node}/${event.service} logged “${event.title}”: ${event.sample}`;
    default:
      return undefined;
  }
}

function entry(at: number, text: string, by = 'run'): TrailEntry {
  return { at, kind: 'event', by, text };
}

function sentAndAnswered(event: EventOf<'request'>): readonly TrailEntry[] {
  const { operation, id, sentAt, at, outcome, status, server, detail } = event;
  const answer = [outcome, status, server === undefined ? undefined : `by ${server}`, detail];
  const words = answer.filter((part) => part !== undefined).join(' ');
  return [
    entry(sentAt, `${operation} is sent as ${id}`, 'load'),
    entry(at, `${operation} ends after ${((at - sentAt) / 1000).toFixed(2)} s: ${words}`, 'load'),
  ];
}

function settledInWords(event: EventOf<'operation-settled'>): string {
  const { action, outcome, status, lastProgressAt, stalledAt, unfinished = [] } = event;
  const parts = unfinished.map(({ part, status, heldBy, blocked }) =>
    [
      `${part} ${status}`,
      heldBy === undefined ? undefined : `held by ${heldBy}`,
      blocked === undefined ? undefined : `blocked by ${blocked.by}`,
    ]
      .filter((word) => word !== undefined)
      .join(', '),
  );
  return [
    `${action} is ${outcome}: ${status}`,
    ...(lastProgressAt === undefined ? [] : [`last progress at ${seconds(lastProgressAt)}`]),
    ...(stalledAt === undefined ? [] : [`its next work was due at ${seconds(stalledAt)}`]),
    ...(parts.length === 0 ? [] : [`unfinished: ${parts.join('; ')}`]),
  ].join('; ');
}

function seconds(at: number): string {
  return `${(at / 1000).toFixed(3)} s`;
}

/** The subject's lock on a stack, each time its owner changed between two samples. */
function lockEntries(
  { objects }: Names,
  samples: readonly EventOf<'locks-sampled'>[],
): readonly TrailEntry[] {
  const entries: TrailEntry[] = [];
  const held = new Map<string, string>();
  for (const { at, locks } of samples) {
    const now = new Map(
      locks
        .filter(({ object }) => objects.has(object))
        .map(({ object, engineId }) => [object, engineId] as const),
    );
    for (const object of new Set([...held.keys(), ...now.keys()])) {
      const [before, after] = [held.get(object), now.get(object)];
      if (before === after) continue;
      const text =
        after === undefined
          ? `the lock on ${object} is gone`
          : `engine ${after} has the lock on ${object}`;
      entries.push({ at, kind: 'database', by: 'database', text });
      if (after === undefined) held.delete(object);
      else held.set(object, after);
    }
  }
  return entries;
}

/**
 * The steps of the roll, faults and pauses in an interval, and the step in progress at its start.
 */
export function stepEntries(
  events: readonly RunEvent[],
  from: number,
  to: number,
): readonly TrailEntry[] {
  const planned = events.find((event) => event.type === 'run-started')?.stages ?? [];
  const names = new Map(
    planned.flatMap(({ steps }) => steps.map(({ id, name }) => [id, name] as const)),
  );
  const all = events.flatMap((event): readonly TrailEntry[] => {
    const text = stepInWords(event, names);
    return text === undefined ? [] : [{ at: event.at, kind: 'step', by: 'roll', text }];
  });
  const before = all.findLast(({ at }) => at < from);
  return [
    ...(before === undefined ? [] : [before]),
    ...all.filter(({ at }) => at >= from && at <= to),
  ];
}

function stepInWords(event: RunEvent, names: ReadonlyMap<string, string>): string | undefined {
  switch (event.type) {
    case 'step-started':
      return `step ${event.step} begins: ${event.what?.name ?? names.get(event.step) ?? ''}`;
    case 'step-finished':
      return `step ${event.step} is ${event.status} after ${event.seconds.toFixed(1)} s`;
    case 'service-stopping':
      return `${event.node}/${event.service} ${event.series} is asked to stop`;
    case 'service-stopped':
      return `${event.node}/${event.service} ${event.series} has ended with ${event.exitCode}`;
    case 'service-started':
      return `${event.node}/${event.service} ${event.series} is started`;
    case 'service-serving':
      return `${event.node}/${event.service} ${event.series} serves${event.engineId === undefined ? '' : ` as engine ${event.engineId}`}`;
    case 'infrastructure-stopping':
      return `${event.service} ${event.version} is stopped, to be swapped`;
    case 'infrastructure-serving':
      return `${event.service} ${event.version} serves`;
    case 'fault-began':
      return `fault ${event.fault} on ${event.on} begins`;
    case 'fault-ended':
      return `fault ${event.fault} on ${event.on} ends`;
    case 'run-paused':
      return `the run is paused: ${event.why.join(', ')}`;
    case 'run-resumed':
      return `the run goes on after ${event.seconds.toFixed(0)} s`;
    default:
      return undefined;
  }
}
