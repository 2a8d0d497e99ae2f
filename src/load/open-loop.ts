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
  const { rate, maxInFlight } = options;
  if (!(rate > 0 && Number.isFinite(rate)) || !(maxInFlight >= 1)) {
    throw new RollgateError(
      'open-loop-options',
      `An open loop of ${rate} arrivals per second with ${maxInFlight} slots cannot run.`,
      { kind: 'usage', hint: 'Give a rate above 0 and at least one slot.' },
    );
  }
  return new OpenLoop(options).run();
}

class OpenLoop {
  readonly #options: OpenLoopOptions;
  readonly #toleranceMs: number;
  /** How long the load had stood still before this loop began, in milliseconds. */
  readonly #stoodBefore: number;
  /** Aborted at the end of the schedule, or when a send was rejected. */
  readonly #signal: AbortSignal;
  readonly #broken = new AbortController();
  readonly #inFlight = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;
  #sent = 0;
  #dropped = 0;

  constructor(options: OpenLoopOptions) {
    this.#options = options;
    this.#toleranceMs = options.toleranceMs ?? DEFAULT_TOLERANCE_MS;
    this.#stoodBefore = options.standstill?.totalMs ?? 0;
    this.#signal = AbortSignal.any([options.signal, this.#broken.signal]);
  }

  async run(): Promise<OpenLoopCount> {
    await this.#keepSchedule();
    this.#dropOverdue();
    await Promise.all(this.#inFlight);
    if (this.#failure !== undefined) throw this.#failure.error;
    return { due: this.#due, sent: this.#sent, dropped: this.#dropped };
  }

  async #keepSchedule(): Promise<void> {
    const { clock, maxInFlight, standstill } = this.#options;
    while (!this.#signal.aborted) {
      if (standstill?.since !== undefined) {
        await standstill.over(this.#signal);
        continue;
      }
      const arrival = this.#next();
      const late = clock.now() - arrival.scheduledAt;
      if (late < 0) await clock.sleepUntil(arrival.scheduledAt, this.#signal);
      else if (late > this.#toleranceMs) this.#drop(arrival, 'late');
      else if (this.#inFlight.size >= maxInFlight) this.#drop(arrival, 'no-slot');
      else this.#launch(arrival);
    }
  }

  /** Arrivals that a stall delayed beyond the end of the schedule were still due. */
  #dropOverdue(): void {
    const { clock, standstill } = this.#options;
    const stoppedAt = standstill?.since ?? clock.now();
    let missed = this.#next();
    while (stoppedAt - missed.scheduledAt > STALL_MS) {
      this.#drop(missed, 'late');
      missed = this.#next();
    }
  }

  get #due(): number {
    return this.#sent + this.#dropped;
  }

  #next(): Arrival {
    const { rate, startAt, standstill } = this.#options;
    const stood = (standstill?.totalMs ?? 0) - this.#stoodBefore;
    return { index: this.#due, scheduledAt: startAt + stood + (this.#due * 1000) / rate };
  }

  #launch(arrival: Arrival): void {
    this.#sent += 1;
    // An async function, so that a synchronous error of a send is a rejection too.
    const sending = (async (): Promise<void> => this.#options.send(arrival))()
      .catch((error: unknown) => {
        this.#failure ??= { error };
        this.#broken.abort();
      })
      .finally(() => this.#inFlight.delete(sending));
    this.#inFlight.add(sending);
  }

  #drop(arrival: Arrival, reason: DropReason): void {
    this.#dropped += 1;
    this.#options.drop(arrival, reason);
  }
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
