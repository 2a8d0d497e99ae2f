import type { EventOf, EventSink } from '../../../events/event.ts';
import type { RequestId } from '../../../events/fields.ts';
import { given } from '../../../given.ts';
import { askingFor } from '../../../infra/haproxy.ts';
import type { HttpClient } from '../../../load/http/http-client.ts';
import type { HttpResult } from '../../../load/http/request.ts';
import { newRequestId } from '../../../load/http/request.ts';
import { meetingName, type Meeting, type MeetingName } from '../../../scenario/topology/meeting.ts';
import type { Side } from '../../../words.ts';
import type { CallUser, HeatCall } from './call.ts';

/** The number of parallel calls: an API of Heat 24 takes half a second for each. */
const SIDE_BY_SIDE = 4;
/**
 * The pause between two calls of one sender, so that all senders together leave CPU time for the
 * load.
 */
const PAUSE_MS = 150;
/** Users notice this much more. */
const MUCH_LATER_MS = 1000;
/** How often at most a call is sent again at the target because it came late. */
const MOST_AGAIN = 3;

export interface CrossingOptions {
  readonly calls: readonly HeatCall[];
  readonly client: HttpClient;
  /** The lab's apis by their server names, e.g. `node1/heat-api`. */
  readonly apis: readonly string[];
  /** The token of the user who sends the calls. */
  readonly token: string;
  /** The tokens of the users with less rights. */
  readonly tokens: Readonly<Record<CallUser, string>>;
  readonly emit: EventSink;
  /** Gets each result. */
  readonly record: (result: HttpResult) => void;
  readonly expect: (request: RequestId, operation: string) => void;
  /** Waits this long, or until the signal; pauses of the load do not count. */
  readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Milliseconds since the start of the run. */
  readonly now: () => number;
}

/**
 * Sends every call that a user can cause, at base, in the mixed state and at target. In the mixed
 * state it repeats each call until an engine of each release has answered it to an API of the
 * other. A call with `once` is sent only once there too. A call names the API that is still
 * missing; the broker chooses the engine. If no API meets an engine of the other release, each call
 * is sent once in the mixed state. The target alone has then answered some of the calls, and they
 * are not sent again at target.
 */
export class CrossingCalls {
  readonly #options: CrossingOptions;
  /** When services reached the target, in milliseconds since the start of the run. */
  readonly #swapped = new Map<string, number>();
  /** By operation: the meetings in which it was seen. */
  readonly #seen = new Map<string, Set<MeetingName>>();
  /** By operation: how long its answers took, in the order in which they were sent. */
  readonly #tookMs = new Map<string, readonly number[]>();
  /** Operations that an API of the target answered while it met no engine of the base. */
  readonly #ofTarget = new Set<string>();
  #isApart = false;

  constructor(options: CrossingOptions) {
    this.#options = options;
  }

  /** @param service As `node1/heat-api`. */
  swapped(service: string): void {
    this.#swapped.set(service, this.#options.now());
  }

  observed({ at, operation, from, to }: EventOf<'rpc-observed'>): void {
    if (operation === undefined) return;
    const side = ({ node, service }: typeof from): Side =>
      at >= (this.#swapped.get(`${node}/${service}`) ?? Number.POSITIVE_INFINITY)
        ? 'target'
        : 'base';
    const meeting: Meeting = { sender: 'api', from: side(from), to: side(to) };
    const seen = this.#seen.get(operation) ?? new Set();
    this.#seen.set(operation, seen.add(meetingName(meeting)));
  }

  /** Sends each call once. */
  once(signal: AbortSignal): Promise<void> {
    return this.#send(this.#options.calls, signal);
  }

  /**
   * Sends each call that the target alone has not answered yet; all services are at the target now.
   * If an answer comes much later than the first one, the call is sent again until one does not. A
   * few slow answers may be the machine's.
   */
  async atTarget(signal: AbortSignal): Promise<void> {
    const { calls } = this.#options;
    const isLater = ({ operation }: HeatCall): boolean => {
      const [first, ...others] = this.#tookMs.get(operation) ?? [];
      return (others.at(-1) ?? 0) >= (first ?? Infinity) + MUCH_LATER_MS;
    };
    const isAnswered = (call: HeatCall): boolean =>
      [...chainOf(call)].every(({ operation }) => this.#ofTarget.has(operation));
    await this.#send(
      calls.filter((call) => !isAnswered(call) || isLater(call)),
      signal,
    );
    for (let again = 1; again <= MOST_AGAIN; again += 1) {
      await this.#send(calls.filter(isLater), signal);
    }
  }

  /** Sends calls until each was seen in every meeting, or until the signal. */
  async cross(meetings: readonly Meeting[], signal: AbortSignal): Promise<void> {
    const ofApis = meetings.filter(({ sender }) => sender === 'api');
    const wanted = ofApis.map(meetingName);
    this.#isApart = wanted.length === 0;
    if (this.#isApart) return this.once(signal);
    const { calls, emit, now } = this.#options;
    const operations = [...calls].flatMap((call) =>
      [...chainOf(call)].filter(mustCross).map(({ operation }) => operation),
    );
    emit({ type: 'crossing-wanted', at: now(), meetings: ofApis, operations });
    const missing = (call: HeatCall): readonly Meeting[] =>
      [...chainOf(call)]
        .filter(mustCross)
        .flatMap(({ operation }) =>
          ofApis.filter((meeting) => !this.#seen.get(operation)?.has(meetingName(meeting))),
        );
    let left = calls;
    for (let round = 0; left.length > 0 && !signal.aborted; round += 1) {
      await this.#send(left, signal, (call) => {
        const meetings = missing(call);
        const meeting = meetings[round % meetings.length];
        if (meeting === undefined) return undefined;
        const candidates = this.#apisOf(meeting.from);
        return candidates[round % candidates.length];
      });
      left = left.filter((call) => missing(call).length > 0);
    }
  }

  /** The APIs of a side, by name. */
  #apisOf(side: Meeting['from']): readonly string[] {
    const isNew = (api: string): boolean => this.#swapped.has(api);
    return this.#options.apis.filter((api) => isNew(api) === (side === 'target'));
  }

  /** @param through The requested API. Default: the load balancer chooses. */
  async #send(
    calls: readonly HeatCall[],
    signal: AbortSignal,
    through?: (call: HeatCall) => string | undefined,
  ): Promise<void> {
    const left = calls[Symbol.iterator]();
    const worker = async (): Promise<void> => {
      for (const call of left) {
        if (signal.aborted) return;
        await this.#sendOne(call, through?.(call));
        await this.#options.pause(PAUSE_MS, signal);
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
  }

  /** A call, and the calls that remove the object that it made. */
  async #sendOne(call: HeatCall, server?: string): Promise<void> {
    const { client, token, tokens, expect, record } = this.#options;
    const own = call.user === undefined ? token : tokens[call.user];
    const id = newRequestId();
    expect(id, call.operation);
    const result = await client.send({
      operation: call.operation,
      method: call.method,
      path: call.anonymous === true ? call.path : `/v1${call.path}`,
      headers: {
        ...(call.anonymous === true ? {} : { 'x-auth-token': own }),
        accept: 'application/json',
        'content-type': 'application/json',
        ...askingFor(server),
      },
      expect: call.expect,
      ...given({ check: call.check, checkHeaders: call.checkHeaders }),
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      id,
    });
    record(result);
    const tookMs = this.#tookMs.get(call.operation) ?? [];
    this.#tookMs.set(call.operation, [...tookMs, result.doneAt - result.sentAt]);
    if (this.#isApart && result.outcome === 'served' && this.#swapped.has(result.server ?? '')) {
      this.#ofTarget.add(call.operation);
    }
    const made = result.outcome === 'served' ? call.made?.(result.body) : undefined;
    if (made !== undefined && call.next !== undefined) await this.#sendOne(call.next(made), server);
  }
}

function mustCross({ rpc, once }: HeatCall): boolean {
  return rpc.length > 0 && once !== true;
}

/** The operations of a call and of its following calls. */
function* chainOf(call: HeatCall): Iterable<HeatCall> {
  yield call;
  if (call.next !== undefined) yield* chainOf(call.next('any'));
}
