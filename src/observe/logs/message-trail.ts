import type { LogLine } from '../../containers/port.ts';
import type { EventOf, EventSink } from '../../events/event.ts';
import { LatestEntries } from './latest-entries.ts';
import type { MessageCensus } from './message-census.ts';
import { readMessageLine, type MessageLine, type MessagePatterns } from './message-lines.ts';
import { Receiver } from './message-receiver.ts';

type Dropped = EventOf<'message-dropped'>;
type SentLine = Extract<MessageLine, { kind: 'sent' }>;

type Place = Pick<Dropped, 'node' | 'service' | 'version'>;
type Finding = EventOf<'log-finding'>;

interface Sent {
  readonly sender: string;
  readonly version: string;
  readonly sentAt: number;
  readonly line: SentLine;
}

export interface MessageTrailOptions {
  readonly patterns: MessagePatterns;
  /** Start of the run, in milliseconds since the epoch. What was received before is left out. */
  readonly runStartedAt: number;
  readonly emit: EventSink;
  /** Counts what went from whom to whom. */
  readonly census: MessageCensus;
}

/** Takes one service's log, line by line. */
export interface MessageReader {
  readonly line: (line: LogLine) => void;
  /** The service's process has ended: what it took off a queue and did not take up is lost. */
  readonly ended: () => void;
  /** A finding in the log that says that a message was refused, with that message's request. */
  readonly named: (finding: Finding) => Finding;
}

/** Messages and requests that are remembered; what is sent is received within seconds, or never. */
const MOST_REMEMBERED = 50_000;

/**
 * Follows single messages through the logs of all services: who sent them and for which request,
 * and which of them a service took off a queue and never worked on. Logs come in no order among
 * each other: a message's sender may be read after its receiver has ended.
 */
export class MessageTrail {
  readonly #options: MessageTrailOptions;
  readonly #sent = new LatestEntries<Sent>(MOST_REMEMBERED);
  /** A request's name by the client, by that of the service that the client asked. */
  readonly #requests = new LatestEntries<string>(MOST_REMEMBERED);
  /** Dropped messages, by the message or the request of which no line has come yet. */
  readonly #waiting = new Map<string, readonly Dropped[]>();

  constructor(options: MessageTrailOptions) {
    this.#options = options;
  }

  /** For one life of a service: from its container's start to its end. */
  follow(place: Place): MessageReader {
    const { patterns, runStartedAt } = this.#options;
    const { census } = this.#options;
    const { avoidedBy } = patterns;
    const at = ({ time }: LogLine): number => Date.parse(time) - runStartedAt;
    const received = new Receiver();
    const { node, service, version } = place;
    /** By the time of the line; several of one millisecond in their order. */
    const refusals = new Map<number, (string | undefined)[]>();
    const foreign = (message: string): boolean | undefined => {
      const sent = this.#sent.get(message);
      return sent && sent.version !== version;
    };
    return {
      line: (line) => {
        const told = readMessageLine(line.text, patterns);
        if (told?.kind === 'sent') {
          this.#hear({ sender: `${node}/${service}`, version, sentAt: at(line), line: told });
          census.sent(told.id, place, this.#requestOf(told.id));
        } else if (told?.kind === 'refused') {
          const message = received.refused(foreign);
          const request = message === undefined ? undefined : this.#requestOf(message);
          refusals.set(at(line), [...(refusals.get(at(line)) ?? []), request]);
        } else {
          if (told?.kind === 'received') census.received(told.id, place, at(line));
          received.hear(told, line);
        }
      },
      ended: () => {
        for (const { message, line } of received.dropped()) {
          const dropped = { at: at(line), ...place, message, sample: line.text, avoidedBy };
          if (dropped.at >= 0) this.#tell({ type: 'message-dropped', ...dropped });
        }
      },
      named: (finding) => {
        const request = refusals.get(finding.at)?.shift();
        return request === undefined ? finding : { ...finding, request };
      },
    };
  }

  /** No more lines come: tells what waits for one, as far as it is known. */
  close(): void {
    for (const dropped of [...this.#waiting.values()].flat()) this.#options.emit(dropped);
    this.#waiting.clear();
  }

  #hear(sent: Sent): void {
    const { id, request, local } = sent.line;
    this.#sent.set(id, sent);
    if (request !== undefined && local !== undefined) {
      this.#requests.set(local, request);
      this.#tellAgain(local);
    }
    this.#tellAgain(id);
  }

  #tellAgain(key: string): void {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return;
    this.#waiting.delete(key);
    for (const dropped of waiting) this.#tell(dropped);
  }

  /** At once if its sender and its request are known, else when they are. */
  #tell(dropped: Dropped): void {
    const sent = this.#sent.get(dropped.message);
    if (sent === undefined) {
      this.#wait(dropped.message, dropped);
      return;
    }
    const { sender, sentAt } = sent;
    const { topic, local } = sent.line;
    const request = this.#requestOf(dropped.message);
    const known = {
      ...dropped,
      sender,
      sentAt,
      ...(topic === undefined ? {} : { topic }),
      ...(request === undefined ? {} : { request }),
    };
    if (request === undefined && local !== undefined) this.#wait(local, known);
    else this.#options.emit(known);
  }

  #requestOf(message: string): string | undefined {
    const { request, local } = this.#sent.get(message)?.line ?? {};
    return request ?? (local === undefined ? undefined : this.#requests.get(local));
  }

  #wait(key: string, dropped: Dropped): void {
    this.#waiting.set(key, [...(this.#waiting.get(key) ?? []), dropped]);
  }
}
