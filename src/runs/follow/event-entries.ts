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

function entriesOf(
  event: RunEvent,
  { objects, requests, messages, namesObject }: Names,
): readonly TrailEntry[] {
  if (event.type === 'request') {
    return requests.has(event.id) ? sentAndAnswered(event) : [];
  }
  if (event.type === 'operation-accepted') {
    return objects.has(event.object)
      ? [entry(event.at, `${event.action} is accepted by ${event.server ?? 'the API'}`)]
      : [];
  }
  if (event.type === 'operation-settled') {
    return objects.has(event.object) ? [entry(event.at, settledInWords(event))] : [];
  }
  if (event.type === 'integrity-checked') {
    return objects.has(event.object)
      ? [entry(event.at, `${event.check} ${event.ok ? 'holds' : 'does not hold'}: ${event.detail}`)]
      : [];
  }
  if (event.type === 'revival-ended') {
    return objects.has(event.object)
      ? [
          entry(
            event.at,
            `${event.by} that should make it go on: ${event.outcome} after ${event.seconds.toFixed(1)} s, ${event.status}`,
          ),
        ]
      : [];
  }
  if (event.type === 'message-dropped') {
    return isOurs(event)
      ? [
          entry(
            event.at,
            `${event.node}/${event.service} acknowledged message ${event.message} and never worked on it`,
          ),
        ]
      : [];
  }
  if (event.type === 'reply-misdelivered') {
    return isOurs(event)
      ? [
          entry(
            event.at,
            `${event.node}/${event.service} took the reply to ${event.message}, which ${event.caller} waits for`,
          ),
        ]
      : [];
  }
  if (event.type === 'log-finding') {
    // The log line already shows most findings; only a refused message's line names no request.
    return event.request !== undefined &&
      requests.has(event.request) &&
      !namesObject(event.sample) &&
      !requestsIn(event.sample).some((id) => requests.has(id))
      ? [entry(event.at, `${event.node}/${event.service} logged “${event.title}”: ${event.sample}`)]
      : [];
  }
  return [];

  function isOurs(about: { readonly message: string; readonly request?: string | undefined }) {
    return (
      messages.has(about.message) || (about.request !== undefined && requests.has(about.request))
    );
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
  if (event.type === 'step-started') {
    return `step ${event.step} begins: ${event.what?.name ?? names.get(event.step) ?? ''}`;
  }
  if (event.type === 'step-finished') {
    return `step ${event.step} is ${event.status} after ${event.seconds.toFixed(1)} s`;
  }
  if (event.type === 'service-stopping') {
    return `${event.node}/${event.service} ${event.series} is asked to stop`;
  }
  if (event.type === 'service-stopped') {
    return `${event.node}/${event.service} ${event.series} has ended with ${event.exitCode}`;
  }
  if (event.type === 'service-started') {
    return `${event.node}/${event.service} ${event.series} is started`;
  }
  if (event.type === 'service-serving') {
    return `${event.node}/${event.service} ${event.series} serves${event.engineId === undefined ? '' : ` as engine ${event.engineId}`}`;
  }
  if (event.type === 'infrastructure-stopping') {
    return `${event.service} ${event.version} is stopped, to be swapped`;
  }
  if (event.type === 'infrastructure-serving') {
    return `${event.service} ${event.version} serves`;
  }
  if (event.type === 'fault-began') {
    return `fault ${event.fault} on ${event.on} begins`;
  }
  if (event.type === 'fault-ended') {
    return `fault ${event.fault} on ${event.on} ends`;
  }
  if (event.type === 'run-paused') {
    return `the run is paused: ${event.why.join(', ')}`;
  }
  if (event.type === 'run-resumed') {
    return `the run goes on after ${event.seconds.toFixed(0)} s`;
  }
  return undefined;
}
