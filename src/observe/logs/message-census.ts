import type { EventOf, EventSink, RunEvent } from '../../events/event.ts';
import type { RequestId } from '../../events/fields.ts';
import { LatestEntries } from './latest-entries.ts';

type Observed = EventOf<'rpc-observed'>;
type CallTaken = EventOf<'call-taken'>;
type Service = Observed['from'];
type Accepted = EventOf<'operation-accepted'>;

/** A message from the broker. */
export interface TracedMessage {
  /** The messaging library's id: `msg_id` of a call, `unique_id` of a cast. */
  readonly id: string;
  readonly method: string;
  readonly topic: string;
  readonly call: boolean;
}

interface CountedMessage {
  readonly by: Service;
  /** Its API request, if a log has it. */
  readonly request: RequestId | undefined;
}

/** One reception of a message whose sender is known. */
interface KnownReception {
  readonly from: Service;
  readonly to: Service;
  readonly at: number;
  readonly operation: string | undefined;
}

interface Received {
  readonly by: Service;
  readonly at: number;
}

/** The number of messages that are remembered until all three sources have named them. */
const MOST_REMEMBERED = 20_000;
const MOST_REQUESTS = 20_000;

/**
 * Counts which method went from which service to which. The sender's log names the message and its
 * request, the receiver's log names the message, and only the broker knows the method. The three
 * come in any order.
 */
export class MessageCensus {
  readonly #emit: EventSink;
  readonly #sent = new LatestEntries<CountedMessage>(MOST_REMEMBERED);
  readonly #traced = new LatestEntries<TracedMessage>(MOST_REMEMBERED);
  /**
   * Receptions of messages whose sender or method is not known yet. A fanout message has several.
   */
  readonly #received = new LatestEntries<readonly Received[]>(MOST_REMEMBERED);
  readonly #operations = new LatestEntries<string>(MOST_REQUESTS);
  /** Taken calls, by their request. */
  readonly #taken = new LatestEntries<readonly CallTaken[]>(MOST_REQUESTS);
  /** Requests whose calls are emitted one by one. */
  readonly #wanted = new Set<string>();
  /** The operations that the API accepted. */
  readonly #accepted = new LatestEntries<Accepted>(MOST_REQUESTS);
  /**
   * Actions with a stuck operation: then it is evidence which engine took the calls of the others.
   */
  readonly #stuckActions = new Set<string>();
  /** Counts that were not emitted yet. */
  readonly #counts = new Map<string, Observed>();

  constructor(emit: EventSink) {
    this.#emit = emit;
  }

  /** A request that is about to be sent: its messages are counted separately, under this name. */
  expect(request: RequestId, operation: string): void {
    this.#operations.set(request, operation);
  }

  /**
   * Emits which engine took a call of each lost request, and of each operation if one of the same
   * kind is stuck.
   */
  see(event: RunEvent): void {
    if (event.type === 'request' && event.outcome !== 'served' && event.control !== true) {
      this.#want(event.id);
    } else if (event.type === 'operation-accepted') {
      this.#accepted.set(event.operation, event);
      if (this.#stuckActions.has(event.action)) this.#want(event.request);
    } else if (event.type === 'operation-settled' && event.outcome === 'stuck') {
      this.#stuckActions.add(event.action);
      for (const { action, request } of this.#accepted.values()) {
        if (action === event.action) this.#want(request);
      }
    }
  }

  sent(id: string, by: Service, request: RequestId | undefined): void {
    const known = this.#sent.get(id);
    this.#sent.set(id, { by, request: request ?? known?.request });
    this.#join(id);
  }

  /** @param at Milliseconds since the start of the run. */
  received(id: string, by: Service, at: number): void {
    this.#received.set(id, [...(this.#received.get(id) ?? []), { by, at }]);
    this.#join(id);
  }

  traced(message: TracedMessage): void {
    this.#traced.set(message.id, message);
    this.#join(message.id);
  }

  /** The method of a message, if the broker named it. */
  methodOf(message: string): string | undefined {
    return this.#traced.get(message)?.method;
  }

  /** Emits the counts since the last time. */
  flush(): void {
    for (const observed of this.#counts.values()) this.#emit(observed);
    this.#counts.clear();
  }

  #join(id: string): void {
    const sent = this.#sent.get(id);
    const traced = this.#traced.get(id);
    const received = this.#received.get(id);
    if (sent === undefined || traced === undefined || received === undefined) return;
    this.#received.delete(id);
    const operation = sent.request === undefined ? undefined : this.#operations.get(sent.request);
    for (const { by, at } of received) {
      this.#count(traced, { from: sent.by, to: by, at, operation });
      if (traced.call && sent.request !== undefined) {
        const sender = `${sent.by.node}/${sent.by.service}`;
        const { request } = sent;
        this.#take({ type: 'call-taken', at, ...by, request, method: traced.method, sender });
      }
    }
  }

  #want(request: RequestId): void {
    if (this.#wanted.has(request)) return;
    this.#wanted.add(request);
    for (const taken of this.#taken.get(request) ?? []) this.#emit(taken);
  }

  #take(taken: CallTaken): void {
    const { request } = taken;
    if (this.#wanted.has(request)) this.#emit(taken);
    else this.#taken.set(request, [...(this.#taken.get(request) ?? []), taken]);
  }

  #count(
    { method, topic, call }: TracedMessage,
    { from, to, at, operation }: KnownReception,
  ): void {
    const key = JSON.stringify([topic, method, call, from, to, operation]);
    const known = this.#counts.get(key);
    this.#counts.set(key, {
      type: 'rpc-observed',
      at: Math.max(at, known?.at ?? at),
      topic,
      method,
      kind: call ? 'call' : 'cast',
      from,
      to,
      count: (known?.count ?? 0) + 1,
      ...(operation === undefined ? {} : { operation }),
    });
  }
}
