import { setTimeout as delay } from 'node:timers/promises';
import { RollgateError } from '../../errors.ts';
import { type EventSink, type RunEvent } from '../../events/event.ts';
import type { RequestId } from '../../events/fields.ts';
import { SERVER_HEADER } from '../../infra/haproxy.ts';
import { sinceStart, systemClock } from '../../load/clock.ts';
import { watchHarnessDelay } from '../../load/harness-delay.ts';
import { ownClient, type ClientFunction } from '../../load/http/own-client.ts';
import { Ledger } from '../../load/ledger.ts';
import { measureFirst } from '../../load/priority.ts';
import { slotsFor, startProbe, type Probe, type ProbeOptions } from '../../load/probe.ts';
import { Standstill } from '../../load/standstill.ts';
import type { LoadPlan } from '../../plan/plan.ts';
import type { Meeting } from '../../scenario/topology/meeting.ts';
import type { ServiceInstance } from '../../scenario/topology/topology.ts';
import type { BurstResult, Legacy, Link, SubjectLoad, Workload } from '../../subject/load.ts';

/** A user's patience, and that of most clients. */
const PROBE_TIMEOUT_MS = 60_000;

/** Options that all control probes share. */
export type ControlBasics = Pick<
  ProbeOptions,
  'clock' | 'standstill' | 'runStart' | 'emit' | 'timeoutMs'
>;

export interface LoadSessionOptions {
  readonly load: SubjectLoad;
  /** Starts the probes that bypass the subject. */
  readonly controls: (common: ControlBasics) => readonly Probe[];
  readonly plan: LoadPlan;
  readonly seed: number;
  /** Of base and target. */
  readonly versions: readonly string[];
  readonly link?: Link | undefined;
  /** A request that is about to be sent: its messages are counted separately, under this name. */
  readonly expect: (request: RequestId, operation: string) => void;
  readonly emit: EventSink;
  /** The system clock's value at the start of the run. */
  readonly runStart: number;
  /** A client of the caller's. */
  readonly client?: ClientFunction | undefined;
}

interface SessionParts {
  readonly probes: readonly Probe[];
  readonly workload: Workload;
  readonly delay: { stop(): Promise<void> };
  readonly client: { stop(): Promise<void> };
  readonly standstill: Standstill;
  readonly measureLast: () => void;
}

/** The whole load while a plan is carried out: the probes, the control, the workload. */
export class LoadSession {
  readonly #parts: SessionParts;
  readonly #workload: Workload;

  private constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#workload = parts.workload;
  }

  static start(options: LoadSessionOptions): LoadSession {
    const { load, plan, seed, versions, link, emit, expect, runStart } = options;
    const now = (): number => sinceStart(systemClock.now(), runStart);
    const standstill = new Standstill(systemClock);
    const workload = load.workload({
      plan,
      seed,
      versions,
      link,
      ledger: new Ledger({ emit, now }),
      emit,
      expect,
      now,
      standstill,
    });
    const common = { clock: systemClock, standstill, runStart, emit, timeoutMs: PROBE_TIMEOUT_MS };
    const probes = [...startProbes(options, common), ...options.controls(common)];
    const delay = watchHarnessDelay({ emit, clock: systemClock, runStart });
    const measureLast = measureFirst();
    workload.start();
    const client = startClient(options);
    return new LoadSession({ probes, workload, delay, client, standstill, measureLast });
  }

  /** Sends nothing new until `resume`; requests under way are answered and reported. */
  standStill(): void {
    this.#parts.standstill.begin();
  }
  resume(): void {
    this.#parts.standstill.end();
  }

  /** Begins no operation until `workOn`, see `Workload.rest`. */
  rest(limitMs: number, signal: AbortSignal): Promise<number> {
    return this.#workload.rest(limitMs, signal);
  }
  workOn(): void {
    this.#workload.resume();
  }

  swapDone(instance: ServiceInstance): void {
    this.#workload.swapDone(instance);
  }
  crossed(meetings: readonly Meeting[], signal: AbortSignal): Promise<void> {
    return this.#workload.crossed(meetings, signal);
  }
  /** Takes the run's events as they happen. */
  see(event: RunEvent): void {
    if (event.type === 'rpc-observed') this.#workload.observed(event);
    if (event.type === 'service-started' && event.side === 'target') {
      this.#workload.targetStarts?.();
    }
  }
  release(signal: AbortSignal): Promise<void> {
    return this.#workload.release(signal);
  }
  burst(count: number, signal: AbortSignal): Promise<BurstResult> {
    return this.#workload.burst(count, signal);
  }
  finishWorkload(): void {
    this.#workload.finish();
  }
  settle(lastSwapAt: number, signal: AbortSignal): Promise<void> {
    return this.#workload.settle(lastSwapAt, signal);
  }
  revive(limit: AbortSignal): Promise<void> {
    return this.#workload.revive(limit);
  }

  get legacy(): Legacy {
    return this.#workload.legacy;
  }

  /**
   * Ends everything.
   * @param abandon Without waiting for answers: after an abort a user does not want to wait.
   * @throws The error that ended a probe early: then the run measured less than it says.
   */
  async stop({ abandon = false } = {}): Promise<void> {
    const { probes, workload, delay, client, measureLast } = this.#parts;
    measureLast();
    await client.stop();
    await workload.stop({ abandon });
    await delay.stop();
    const ends = await Promise.allSettled(probes.map((probe) => probe.stop({ abandon })));
    const broken = ends.find((end) => end.status === 'rejected');
    if (broken !== undefined) throw broken.reason;
  }
}

/** The subject's probes and the user's own, according to the plan. */
function startProbes(
  { load, plan }: Pick<LoadSessionOptions, 'load' | 'plan'>,
  common: ControlBasics,
): readonly Probe[] {
  const asked = [
    ...plan.probes.map(({ probe: name, ...rest }) => ({ name, ...rest, probe: load.probes[name] })),
    ...(plan.customProbes ?? []).map((own) => ({
      name: own.name,
      connection: own.connection,
      rate: own.rate,
      probe: load.custom(own),
    })),
  ];
  return asked.map(({ name, connection, rate, probe }) => {
    if (probe === undefined) throw new RollgateError('unknown-probe', `no probe named ${name}`);
    return startProbe({
      ...common,
      ...probe,
      name,
      connection,
      rate,
      ...load.marks,
      credentials: load.credentials,
      maxInFlight: slotsFor(rate, PROBE_TIMEOUT_MS),
    });
  });
}

/** How long the caller's client may take to end. */
const CLIENT_END_MS = 60_000;

/** Runs the caller's client until the load ends. */
function startClient({ client, emit, runStart }: LoadSessionOptions): { stop(): Promise<void> } {
  if (client === undefined) return { stop: () => Promise.resolve() };
  const over = new AbortController();
  const { signal } = over;
  const running = client(
    ownClient({ signal, clock: systemClock, runStart, emit, serverHeader: SERVER_HEADER }),
  );
  running.catch(() => undefined);
  return {
    async stop() {
      over.abort();
      const ended = await Promise.race([
        running.then(() => true),
        delay(CLIENT_END_MS, false, { ref: false }),
      ]);
      if (ended) return;
      throw new RollgateError(
        'client-not-ended',
        `the client goes on ${CLIENT_END_MS / 1000} s after the load ended`,
        { kind: 'usage', hint: 'Let it end when client.signal is aborted.' },
      );
    },
  };
}
