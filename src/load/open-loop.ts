import { createHash } from 'node:crypto';
import { RollgateError } from '../errors.ts';
import type { Clock } from './clock.ts';
import type { Standstill } from './standstill.ts';

/** The scheduled time of a request. */
export interface Arrival {
  /** 0 for the first. */
  readonly index: number;
  /** Clock time in milliseconds. */
  readonly scheduledAt: number;
}

/** Every slot was taken by an unanswered request, or this process was too late. */
export type DropReason = 'no-slot' | 'late';

export interface OpenLoopOptions {
  /** Arrivals per second, above 0. */
  readonly rate: number;
  /** Clock time of the first arrival in milliseconds. */
  readonly startAt: number;
  /** Slots: how many requests may be unanswered at the same time. */
  readonly maxInFlight: number;
  /**
   * How late an arrival may still be sent, in milliseconds. The default is a constant, not a share
   * of the period, because the machine causes lateness, not the rate. A busy machine that delays
   * the harness for a moment must not change the load. A later arrival would measure another
   * moment. Within the tolerance the delay stays visible: the scheduled and the actual time differ.
   * A stall of the harness is noise by itself.
   */
  readonly toleranceMs?: number;
  readonly clock: Clock;
  /** While it lasts nothing is due, and everything later is due that much later. */
  readonly standstill?: Standstill | undefined;
  /** Ends the schedule; requests in flight are waited for. */
  readonly signal: AbortSignal;
  /**
   * Settles when the answer has arrived or its time is up. A rejection is a bug and ends the loop.
   */
  send(arrival: Arrival): Promise<void>;
  /** An arrival that was not sent: every slot was taken or its time had passed. */
  drop(arrival: Arrival, reason: DropReason): void;
}

/** `due` is `sent + dropped`. */
export interface OpenLoopCount {
  readonly due: number;
  readonly sent: number;
  readonly dropped: number;
}

export const DEFAULT_TOLERANCE_MS = 1_000;
/**
 * Arrivals that are less late than this when the loop stops were about to be sent: no stall delayed
 * them.
 */
const STALL_MS = 50;

/**
 * Sends at a constant arrival rate, independent of the answers (k6's constant-arrival-rate):
 * arrival i is due at `startAt + i * 1000 / rate`. An arrival that cannot be sent within the
 * tolerance is dropped and reported; a late one has both times in its event. Resolves after the
 * abort, when nothing is in flight.
 *
 * @throws RollgateError `open-loop-options` for an impossible rate or number of slots.
 * @throws The error with which a send was rejected.
 */
export async function runOpenLoop(options: OpenLoopOptions): Promise<OpenLoopCount> {
  const { rate, startAt, maxInFlight, clock, toleranceMs = DEFAULT_TOLERANCE_MS } = options;
  if (!(rate > 0 && Number.isFinite(rate)) || !(maxInFlight >= 1)) {
    throw new RollgateError(
      'open-loop-options',
      `An open loop of ${rate} arrivals per second with ${maxInFlight} slots cannot run.`,
      { kind: 'usage', hint: 'Give a rate above 0 and at least one slot.' },
    );
  }

  const inFlight = new Set<Promise<void>>();
  const broken = new AbortController();
  const signal = AbortSignal.any([options.signal, broken.signal]);
  let failure: { readonly error: unknown } | undefined;
  let sent = 0;
  let dropped = 0;
  let index = 0;
  const { standstill } = options;
  const stoodBefore = standstill?.totalMs ?? 0;
  const next = (): Arrival => ({
    index,
    scheduledAt: startAt + (standstill?.totalMs ?? 0) - stoodBefore + (index * 1000) / rate,
  });

  const launch = (arrival: Arrival): void => {
    sent += 1;
    // An async function, so that a synchronous error of a send is a rejection too.
    const sending = (async (): Promise<void> => options.send(arrival))()
      .catch((error: unknown) => {
        failure ??= { error };
        broken.abort();
      })
      .finally(() => inFlight.delete(sending));
    inFlight.add(sending);
  };
  const drop = (arrival: Arrival, reason: DropReason): void => {
    dropped += 1;
    options.drop(arrival, reason);
  };

  while (!signal.aborted) {
    if (standstill?.since !== undefined) {
      await standstill.over(signal);
      continue;
    }
    const arrival = next();
    const late = clock.now() - arrival.scheduledAt;
    if (late < 0) {
      await clock.sleepUntil(arrival.scheduledAt, signal);
      continue;
    }
    index += 1;
    if (late > toleranceMs) {
      drop(arrival, 'late');
    } else if (inFlight.size >= maxInFlight) {
      drop(arrival, 'no-slot');
    } else {
      launch(arrival);
    }
  }
  // Arrivals that a stall delayed beyond the stop were still due.
  const stoppedAt = standstill?.since ?? clock.now();
  for (let missed = next(); stoppedAt - missed.scheduledAt > STALL_MS; missed = next()) {
    index += 1;
    drop(missed, 'late');
  }
  await Promise.all(inFlight);
  if (failure !== undefined) {
    throw failure.error;
  }
  return { due: index, sent, dropped };
}

/**
 * An offset within the period, always the same for a name. It differs between names, so that probes
 * of the same rate do not fire together.
 *
 * @returns Milliseconds, from 0 to less than the period of `rate` per second.
 */
export function phaseOffsetMs(name: string, rate: number): number {
  const hash = createHash('sha256').update(name).digest().readUInt32BE();
  return (hash / 2 ** 32) * (1000 / rate);
}
