import type { EventOf, RunEvent } from '../../events/event.ts';
import type { TrailEntry } from '../../report/terminal/trail.ts';
import type { TrailNames } from './names.ts';
import { requestsIn } from './printed-line.ts';

/** A run's events about a stack or a request. */
export function eventEntries(
  names: TrailNames,
  events: readonly RunEvent[],
): readonly TrailEntry[] {
  return [
    ...events.flatMap((event) => entriesOf(event, names)),
    ...lockEntries(
      names,
      events.filter((event) => event.type === 'locks-sampled'),
    ),
  ];
}

function entriesOf(event: RunEvent, names: TrailNames): readonly TrailEntry[] {
  if (event.type === 'request') {
    return names.requests.has(event.id) ? sentAndAnswered(event) : [];
  }
  const text = aboutOurs(event, names) ? inWords(IN_WORDS, event) : undefined;
  return text === undefined ? [] : [entry(event.at, text)];
}

function aboutOurs(
  event: RunEvent,
  { objects, requests, messages, namesObject }: TrailNames,
): boolean {
  if (
    event.type === 'message-dropped' ||
    event.type === 'call-unanswered' ||
    event.type === 'reply-misdelivered'
  ) {
    return (
      messages.has(event.message) || (event.request !== undefined && requests.has(event.request))
    );
  }
  if (event.type === 'log-finding') {
    // The log line already shows most findings; only a refused message's line names no request.
    return (
      event.request !== undefined &&
      requests.has(event.request) &&
      !namesObject(event.sample) &&
      !requestsIn(event.sample).some((id) => requests.has(id))
    );
  }
  return 'object' in event && event.object !== undefined && objects.has(event.object);
}

/** The sentences of some types of events. */
type Sentences = { readonly [T in RunEvent['type']]?: (event: EventOf<T>) => string };

function inWords<T extends RunEvent['type']>(
  sentences: Sentences,
  event: EventOf<T>,
): string | undefined {
  const sentence: ((event: EventOf<T>) => string) | undefined = sentences[event.type];
  return sentence?.(event);
}

/** Of events that can be about a stack or a request. */
const IN_WORDS: Sentences = {
  'operation-accepted': ({ action, server }) => `${action} is accepted by ${server ?? 'the API'}`,
  'operation-settled': settledInWords,
  'integrity-checked': ({ check, ok, detail }) =>
    `${check} ${ok ? 'holds' : 'does not hold'}: ${detail}`,
  'revival-ended': ({ by, outcome, seconds, status }) =>
    `${by} that should make it go on: ${outcome} after ${seconds.toFixed(1)} s, ${status}`,
  'message-dropped': ({ node, service, message }) =>
    `${node}/${service} acknowledged message ${message} and never worked on it`,
  'call-unanswered': ({ node, service, message, method = 'call' }) =>
    `${node}/${service} never answered ${method} ${message}`,
  'reply-misdelivered': ({ node, service, message, caller }) =>
    `${node}/${service} took the reply to ${message}, which ${caller} waits for`,
  'log-finding': ({ node, service, title, sample }) =>
    `${node}/${service} logged “${title}”: ${sample}`,
};

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
  { objects }: TrailNames,
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

/** Of the roll's own events. */
const OF_STEPS: Sentences = {
  'step-finished': ({ step, status, seconds }) =>
    `step ${step} is ${status} after ${seconds.toFixed(1)} s`,
  'service-stopping': ({ node, service, series }) =>
    `${node}/${service} ${series} is asked to stop`,
  'service-stopped': ({ node, service, series, exitCode }) =>
    `${node}/${service} ${series} has ended with ${exitCode}`,
  'service-started': ({ node, service, series }) => `${node}/${service} ${series} is started`,
  'service-serving': ({ node, service, series, engineId }) =>
    `${node}/${service} ${series} serves${engineId === undefined ? '' : ` as engine ${engineId}`}`,
  'service-reloaded': ({ node, service }) => `${node}/${service} has read its configuration anew`,
  'infrastructure-stopping': ({ service, version }) =>
    `${service} ${version} is stopped, to be swapped`,
  'infrastructure-serving': ({ service, version }) => `${service} ${version} serves`,
  'fault-began': ({ fault, on }) => `fault ${fault} on ${on} begins`,
  'fault-ended': ({ fault, on }) => `fault ${fault} on ${on} ends`,
  'run-paused': ({ why }) => `the run is paused: ${why.join(', ')}`,
  'run-resumed': ({ seconds }) => `the run goes on after ${seconds.toFixed(0)} s`,
};

function stepInWords(event: RunEvent, names: ReadonlyMap<string, string>): string | undefined {
  return event.type === 'step-started'
    ? `step ${event.step} begins: ${event.what?.name ?? names.get(event.step) ?? ''}`
    : inWords(OF_STEPS, event);
}
