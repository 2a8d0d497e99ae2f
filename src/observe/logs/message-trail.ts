import type { LogLine } from '../../containers/port.ts';
import type { EventOf, EventSink, LogFinding, ReplyMisdelivered } from '../../events/event.ts';
import type { RequestId } from '../../events/fields.ts';
import { given } from '../../given.ts';
import { LatestEntries } from './latest-entries.ts';
import type { MessageCensus } from './message-census.ts';
import { readMessageLine, type MessageLine, type MessagePatterns } from './message-lines.ts';
import { Receiver } from './message-receiver.ts';

type Dropped = EventOf<'message-dropped'>;
type Unanswered = EventOf<'call-unanswered'>;
/**
 * A reply for which a service did not wait; its caller is known when the call's own line is read.
 */
type Stray = Omit<ReplyMisdelivered, 'caller' | 'calledAt'>;
/** Events that are held back because a line of another log is missing. */
type Unreported = Dropped | Unanswered | Stray | ReplyMisdelivered;
type SentLine = Extract<MessageLine, { kind: 'sent' }>;

/** A service with its image; two images of one version are two releases. */
type Started = Pick<Dropped, 'node' | 'service' | 'version'> & { readonly image: string };

interface SentMessage {
  readonly sender: string;
  readonly image: string;
  readonly sentAt: number;
  readonly line: SentLine;
}

export interface MessageTrailOptions {
  readonly patterns: MessagePatterns;
  /** Start of the run, in milliseconds since the epoch. Earlier messages are left out. */
  readonly runStartedAt: number;
  readonly emit: EventSink;
  /** Counts the messages by sender and receiver. */
  readonly census: MessageCensus;
}

/** Takes one service's log, line by line. */
export interface MessageReader {
  readonly line: (line: LogLine) => void;
  /**
   * The service's process has ended. Messages that it took off a queue but did not take up are
   * lost, and calls that it took up are never answered.
   */
  readonly ended: () => void;
  /**
   * A finding in the log about a refused message, with that message's request. The line itself names
   * none, or an earlier request of the same thread, because the message was not dispatched.
   */
  readonly named: (finding: LogFinding) => LogFinding;
}

/**
 * How many messages and requests are remembered: a message is received within seconds, or never.
 */
const MOST_REMEMBERED = 50_000;

/**
 * Follows single messages through the logs of all services. It finds the sender of a message and
 * its request. It finds messages that a service took off a queue and never worked on, and replies
 * that went to the wrong service. There is no order between logs: a message's sender may be read
 * after its receiver has ended.
 */
export class MessageTrail {
  readonly #options: MessageTrailOptions;
  readonly #sent = new LatestEntries<SentMessage>(MOST_REMEMBERED);
  /** The client's id of a request, by the id of the service that the client called. */
  readonly #requests = new LatestEntries<RequestId>(MOST_REMEMBERED);
  /** The queue for the reply to a call. */
  readonly #replyQueues = new LatestEntries<string>(MOST_REMEMBERED);
  /** By the message or the request whose line is still missing. */
  readonly #waiting = new Map<string, readonly Unreported[]>();
  /** Reports the unanswered calls of each service that has not ended. */
  readonly #standing = new Set<() => void>();

  constructor(options: MessageTrailOptions) {
    this.#options = options;
  }

  /** For one life of a service: from its container's start to its end. */
  follow({ image, ...place }: Started): MessageReader {
    const { patterns, runStartedAt } = this.#options;
    const { census } = this.#options;
    const { avoidedBy } = patterns;
    const at = ({ time }: LogLine): number => Date.parse(time) - runStartedAt;
    const received = new Receiver();
    const { node, service } = place;
    const sender = `${node}/${service}`;
    /** By the time of the line; lines of the same millisecond keep their order. */
    const refusals = new Map<number, (RequestId | undefined)[]>();
    const foreign = (message: string): boolean | undefined => {
      const sent = this.#sent.get(message);
      return sent && sent.image !== image;
    };
    const reportUnanswered = (): void => {
      for (const { message, line } of received.unanswered()) {
        const call = { at: at(line), ...place, message, sample: line.text };
        const method = census.methodOf(message);
        if (call.at >= 0) this.#report({ type: 'call-unanswered', ...call, ...given({ method }) });
      }
    };
    this.#standing.add(reportUnanswered);
    return {
      line: (line) => {
        const entry = readMessageLine(line.text, patterns);
        if (entry?.kind === 'sent') {
          this.#hear({ sender, image, sentAt: at(line), line: entry });
          census.sent(entry.id, place, this.#requestOf(entry.id));
        } else if (entry?.kind === 'refused') {
          // A call is taken up under another id than it was received.
          const message = entry.call ? undefined : received.refused(foreign);
          const request = message === undefined ? undefined : this.#requestOf(message);
          refusals.set(at(line), [...(refusals.get(at(line)) ?? []), request]);
        } else if (entry?.kind === 'expected') {
          this.#replyQueues.set(entry.id, entry.queue);
        } else if (entry?.kind === 'unawaited') {
          const stray = { at: at(line), ...place, message: entry.id, sample: line.text };
          if (stray.at >= 0) this.#report({ type: 'reply-misdelivered', ...stray });
        } else {
          if (entry?.kind === 'received') census.received(entry.id, place, at(line));
          received.hear(entry, line);
        }
      },
      ended: () => {
        this.#standing.delete(reportUnanswered);
        reportUnanswered();
        for (const { message, line } of received.dropped()) {
          const dropped = { at: at(line), ...place, message, sample: line.text, avoidedBy };
          if (dropped.at >= 0) this.#report({ type: 'message-dropped', ...dropped });
        }
      },
      named: (finding) => {
        if (!finding.sample.includes(patterns.refused)) return finding;
        const { request: _, localRequest: __, ...anonymous } = finding;
        return { ...anonymous, ...given({ request: refusals.get(finding.at)?.shift() }) };
      },
    };
  }

  /**
   * No more lines come: emits the waiting events with the known facts. A reply whose call is in no
   * log is not reported, because it may just have been late.
   */
  close(): void {
    for (const report of this.#standing) report();
    this.#standing.clear();
    for (const unreported of [...this.#waiting.values()].flat()) {
      if (unreported.type !== 'reply-misdelivered' || 'caller' in unreported) {
        this.#options.emit(unreported);
      }
    }
    this.#waiting.clear();
  }

  #hear(sent: SentMessage): void {
    const { id, request, local } = sent.line;
    this.#sent.set(id, sent);
    if (request !== undefined && local !== undefined) {
      this.#requests.set(local, request);
      this.#reportAgain(local);
    }
    this.#reportAgain(id);
  }

  #reportAgain(key: string): void {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return;
    this.#waiting.delete(key);
    for (const unreported of waiting) this.#report(unreported);
  }

  /** At once if its sender and its request are known, otherwise as soon as they are. */
  #report(unreported: Unreported): void {
    const sent = this.#sent.get(unreported.message);
    if (sent === undefined) {
      this.#wait(unreported.message, unreported);
      return;
    }
    const known = this.#completed(unreported, sent);
    if (known === undefined) return;
    const { local } = sent.line;
    if (known.request === undefined && local !== undefined) this.#wait(local, known);
    else this.#options.emit(known);
  }

  /** @returns `undefined` for a late reply to the service that had sent the call. */
  #completed(
    unreported: Unreported,
    { sender, sentAt, line }: SentMessage,
  ): Dropped | Unanswered | ReplyMisdelivered | undefined {
    const { topic } = line;
    const request = this.#requestOf(unreported.message);
    const more = {
      ...given({ topic, request }),
    };
    switch (unreported.type) {
      case 'message-dropped':
      case 'call-unanswered':
        return { ...unreported, sender, sentAt, ...more };
      case 'reply-misdelivered': {
        if (sender === `${unreported.node}/${unreported.service}`) return undefined;
        const queue = this.#replyQueues.get(unreported.message);
        const where = queue === undefined ? {} : { queue };
        return { ...unreported, caller: sender, calledAt: sentAt, ...where, ...more };
      }
      default:
        return unreported satisfies never;
    }
  }

  #requestOf(message: string): RequestId | undefined {
    const { request, local } = this.#sent.get(message)?.line ?? {};
    return request ?? (local === undefined ? undefined : this.#requests.get(local));
  }

  #wait(key: string, unreported: Unreported): void {
    this.#waiting.set(key, [...(this.#waiting.get(key) ?? []), unreported]);
  }
}
