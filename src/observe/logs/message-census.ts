import type { EventOf, EventSink } from '../../events/event.ts';
import { LatestEntries } from './latest-entries.ts';

type Observed = EventOf<'rpc-observed'>;
type Service = Observed['from'];

/** A message as the broker carried it. */
export interface TracedMessage {
  /** The messaging library's name of it: `msg_id` of a call, `unique_id` of a cast. */
  readonly id: string;
  readonly method: string;
  readonly topic: string;
  readonly call: boolean;
}

interface Sent {
  readonly by: Service;
  /** The API request that it belongs to, where a log says it. */
  readonly request: string | undefined;
}

interface Received {
  readonly by: Service;
  readonly at: number;
}

/** Messages that are remembered until all three sources have named them. */
const MOST_REMEMBERED = 20_000;
const MOST_REQUESTS = 20_000;

/**
 * Counts which method went from which service to which. The sender's log names the message and its
 * request, the receiver's log names the message, and only the broker knows the method. The three
 * come in any order.
 */
export class MessageCensus {
  readonly #emit: EventSink;
  readonly #sent = new LatestEntries<Sent>(MOST_REMEMBERED);
  readonly #traced = new LatestEntries<TracedMessage>(MOST_REMEMBERED);
  /** Receptions of messages whose sender or method is not known yet. A fanout has several. */
  readonly #received = new LatestEntries<readonly Received[]>(MOST_REMEMBERED);
  readonly #operations = new LatestEntries<string>(MOST_REQUESTS);
  /** What was counted and not emitted yet. */
  readonly #counts = new Map<string, Observed>();

  constructor(emit: EventSink) {
    this.#emit = emit;
  }

  /** A request that is about to be sent: its messages are counted apart, under this name. */
  expect(request: string, operation: string): void {
    this.#operations.set(request, operation);
  }

  sent(id: string, by: Service, request: string | undefined): void {
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

  /** Emits what was counted since the last time. */
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
    for (const { by, at } of received) this.#count(traced, sent.by, by, at, operation);
  }

  #count(
    { method, topic, call }: TracedMessage,
    from: Service,
    to: Service,
    at: number,
    operation: string | undefined,
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
