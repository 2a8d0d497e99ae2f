import type { EventSink } from '../events/event.ts';
import type { Clock } from './clock.ts';
import { sinceStart } from './clock.ts';
import type { Credentials } from './http/credentials.ts';
import { createHttpClient } from './http/http-client.ts';
import type { Tls } from './http/http-client.ts';
import { requestEvent } from './http/request-event.ts';
import type { Connection, HttpResult, RequestSpec } from './http/request.ts';
import { DEFAULT_TOLERANCE_MS, phaseOffsetMs, runOpenLoop } from './open-loop.ts';
import type { OpenLoopCount } from './open-loop.ts';
import type { Standstill } from './standstill.ts';

export interface ProbeOptions {
  readonly name: string;
  readonly connection: Connection;
  /** Requests per second. */
  readonly rate: number;
  /** The next request, immediately: tokens are renewed independently of the probe. */
  readonly request: () => RequestSpec;
  readonly origin: string;
  /** The value of an answer. Default: its body. */
  readonly judge?: ((result: HttpResult) => Promise<HttpResult>) | undefined;
  /** See HttpClientOptions. */
  readonly serverHeader?: string;
  /** See HttpClientOptions. */
  readonly answerHeader?: string;
  /** See HttpClientOptions. */
  readonly tls?: Tls | undefined;
  /** See HttpClientOptions. */
  readonly credentials?: Credentials | undefined;
  /** See HttpClientOptions. */
  readonly idleMs?: number;
  readonly timeoutMs: number;
  /** See `slotsFor`. */
  readonly maxInFlight: number;
  readonly clock: Clock;
  readonly standstill?: Standstill | undefined;
  /** The clock's value at the start of the run, in milliseconds. */
  readonly runStart: number;
  readonly emit: EventSink;
  /** Its requests bypass the subject. */
  readonly control?: boolean;
  /** From now to the first arrival. Default: its own offset in the period. */
  readonly offsetMs?: number;
  /** A UUID version 4. */
  readonly randomId?: () => string;
}

export interface Probe {
  readonly name: string;
  /**
   * Sends no more, and waits for requests in flight (each up to its time-out).
   *
   * @param abandon Requests in flight are cut off and not reported: they are not losses.
   * @throws The error that ended the probe early, e.g. RollgateError `client-exhausted`.
   */
  stop(options?: { readonly abandon?: boolean }): Promise<OpenLoopCount>;
  /** The same promise as `stop`, without a stop: it rejects if the probe ends early. */
  readonly done: Promise<OpenLoopCount>;
}

/** On a busy machine a time-out is noticed late, by at most this much. */
export const SPARE_MS = 1000;

/**
 * Enough slots for every arrival, even if no request is answered. Slots are for arrivals during a
 * request's time-out, and for those that are sent at once after a stall.
 */
export function slotsFor(rate: number, timeoutMs: number): number {
  return Math.ceil((rate * (timeoutMs + SPARE_MS + DEFAULT_TOLERANCE_MS)) / 1000);
}

/** Sends at a constant rate until it is stopped; emits each request and each dropped arrival. */
export function startProbe(options: ProbeOptions): Probe {
  const { name, rate, connection, clock, runStart, emit } = options;
  const client = createHttpClient(options);
  const stopping = new AbortController();
  let abandoned = false;
  const offsetMs = options.offsetMs ?? phaseOffsetMs(`${name} ${connection}`, rate);

  const sent = async (): Promise<HttpResult | undefined> => {
    try {
      const result = await client.send(options.request());
      return options.judge === undefined ? result : await options.judge(result);
    } catch (error) {
      if (abandoned) return undefined;
      throw error;
    }
  };
  const run = async (): Promise<OpenLoopCount> => {
    try {
      return await runOpenLoop({
        rate,
        startAt: clock.now() + offsetMs,
        maxInFlight: options.maxInFlight,
        clock,
        standstill: options.standstill,
        signal: stopping.signal,
        async send({ scheduledAt }) {
          const result = await sent();
          if (result === undefined) return;
          const control = options.control ?? false;
          emit(requestEvent(result, { probe: name, runStart, scheduledAt, control }));
        },
        drop({ scheduledAt }, reason) {
          emit({
            type: 'arrivals-dropped',
            at: sinceStart(clock.now(), runStart),
            probe: name,
            connection,
            reason,
            scheduledAt: sinceStart(scheduledAt, runStart),
          });
        },
      });
    } finally {
      await client.close();
    }
  };
  const done = run();
  // The caller of `stop` gets the failure; until then there may be no listener.
  done.catch(() => undefined);
  return {
    name,
    done,
    async stop({ abandon = false } = {}) {
      stopping.abort();
      if (abandon) {
        abandoned = true;
        await client.close();
      }
      return done;
    },
  };
}
