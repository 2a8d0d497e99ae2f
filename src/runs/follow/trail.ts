import type { RunEvent } from '../../events/event.ts';
import {
  readMessageLine,
  type MessageLine,
  type MessagePatterns,
} from '../../observe/logs/message-lines.ts';
import type { TrailEntry } from '../../report/terminal/trail.ts';
import { counted } from '../../text/counted.ts';
import { eventEntries, stepEntries } from './event-entries.ts';
import { namesOf, type TrailNames } from './names.ts';
import {
  messageOfLine,
  readLine,
  requestsIn,
  type PrintedLine,
  type ReadLine,
} from './printed-line.ts';

export interface TrailSources {
  /** The run's; empty for a lab without a run. */
  readonly events: readonly RunEvent[];
  /** Each log's in its order. */
  readonly lines: readonly PrintedLine[];
  /** How the subject's logs name messages. */
  readonly patterns: MessagePatterns | undefined;
  /** The subject's database rows about it. */
  readonly rows?: readonly TrailEntry[];
}

/**
 * Everything about one stack or one request in time order. That is requests with their answers,
 * HAProxy's lines, messages, and the steps of the roll at that time. It also has the services'
 * lines that name it or belong to its requests. Nested stacks count as the stack itself.
 *
 * @param wanted A stack's name or identity, or a request (`req-…`).
 * @returns An empty list if nothing names it.
 */
export function trailOf(
  wanted: string,
  { events, lines, patterns, rows = [] }: TrailSources,
): readonly TrailEntry[] {
  const read = lines.map(readLine);
  const names = namesOf(wanted, { events, lines: read, patterns });
  const startedAt = startOf(events);
  const logged = read.flatMap((line) => entryOf(line, { names, patterns, startedAt }));
  const own = [...eventEntries(names, events), ...logged, ...rows];
  if (own.length === 0) return [];
  const from = own.reduce((least, { at }) => Math.min(least, at), Infinity);
  const to = own.reduce((most, { at }) => Math.max(most, at), -Infinity);
  return [...stepEntries(events, from, to), ...own].toSorted((a, b) => a.at - b.at);
}

/** The run's start in milliseconds since the epoch; 0 without a run. */
function startOf(events: readonly RunEvent[]): number {
  const start = events.find((event) => event.type === 'run-started');
  return start === undefined ? 0 : Date.parse(start.time) - start.at;
}

interface TrailReader {
  readonly names: TrailNames;
  readonly patterns: MessagePatterns | undefined;
  readonly startedAt: number;
}

function entryOf(
  { by, time, text, balanced }: ReadLine,
  { names, patterns, startedAt }: TrailReader,
): readonly TrailEntry[] {
  const at = Date.parse(time) - startedAt;
  const belongs = names.namesObject(text) || requestsIn(text).some((id) => names.requests.has(id));
  if (balanced !== undefined) {
    if (!belongs) return [];
    const { request, status, server, totalMs, queueMs, termination, retries } = balanced;
    const again = retries > 0 ? `, ${counted(retries, 'more try', 'more tries')}` : '';
    return [
      {
        at,
        kind: 'balancer',
        by,
        text: `${request}: ${status} from ${server ?? 'HAProxy itself'} after ${totalMs} ms (${Math.max(queueMs, 0)} in the queue), ${termination}${again}`,
      },
    ];
  }
  const message = patterns && readMessageLine(text, patterns);
  if (message !== undefined && 'id' in message) {
    return belongs || names.messages.has(message.id)
      ? [{ at, kind: 'message', by, text: messageInWords(message) }]
      : [];
  }
  if (belongs) return [{ at, kind: 'log', by, text: messageOfLine(text) }];
  // A reply's line has no request in its context.
  const isMessage = patterns !== undefined && text.includes(patterns.marker);
  return isMessage && (text.match(/\b[0-9a-f]{32}\b/g) ?? []).some((id) => names.messages.has(id))
    ? [{ at, kind: 'message', by, text: messageOfLine(text) }]
    : [];
}

function messageInWords(message: Exclude<MessageLine, { kind: 'refused' }>): string {
  switch (message.kind) {
    case 'sent':
      return `sends message ${message.id} to ${message.topic ?? 'a queue'}`;
    case 'expected':
      return `expects the reply to ${message.id} in ${message.queue}`;
    case 'received':
      return `takes ${message.call ? 'call' : 'message'} ${message.id} off its queue and acknowledges it`;
    case 'taken':
      return `takes up message ${message.id}`;
    case 'answered':
      return `sends the reply to ${message.id}`;
    case 'unawaited':
      return `gets the reply to ${message.id}, which no thread of it waits for`;
    default:
      return message satisfies never;
  }
}
