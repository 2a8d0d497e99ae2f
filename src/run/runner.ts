import { dirname } from 'node:path';
import { messageOf } from '../errors.ts';
import type { EventSink } from '../events/event.ts';
import { sinceStart, systemClock } from '../load/clock.ts';
import { MessageCensus } from '../observe/logs/message-census.ts';
import type { Plan } from '../plan/plan.ts';
import type { Step } from '../plan/step.ts';
import { walkSteps } from '../plan/walk.ts';
import { instanceName } from '../scenario/topology/topology.ts';
import type { Legacy, Link } from '../subject/load.ts';
import { engineIdOf, type EngineRow } from '../subject/records.ts';
import { carryOutPlan, endLoad } from './carry-out.ts';
import { removeClient } from './checkpoints/client.ts';
import type { RunContext } from './context.ts';
import type { Failure } from './failures.ts';
import type { RunLab } from './lab.ts';
import { ServiceWatch } from './logs/service-watch.ts';
import { startObservers } from './observers.ts';
import type { OwnWork } from './own-work.ts';
import { Pauses, type AwaitResume, type LookForFailures, type PauseWish } from './pauses.ts';
import { runStartedEvent } from './run-started.ts';
import { RunState, type RunningEngine } from './state.ts';
import { withSteadyClock } from './steady-clock.ts';
import { carryOutStep } from './steps/step.ts';
import { stuckStacks, type ReadInFlight } from './stuck-stacks.ts';

export interface RunOptions {
  readonly plan: Plan;
  /** At the plan's base release. */
  readonly lab: RunLab;
  readonly emit: EventSink;
  /** Where the services' logs go. */
  readonly logs: string;
  readonly signal: AbortSignal;
  /** When to hold the lab as it is. Default: never. */
  readonly pause?: PauseWish | undefined;
  /** Its place in a chain of runs on one lab. */
  readonly link?: Link | undefined;
  /** The causes so far, each by its kind. */
  readonly causesSoFar?: (() => Promise<readonly Failure[]>) | undefined;
  readonly own?: OwnWork | undefined;
  /**
   * Called once, at the end of the baseline, before the first step that changes anything.
   * @returns A warning for the reader. @throws The reason to end the run there.
   */
  readonly onBaseline?: (() => Promise<string | undefined>) | undefined;
}

/**
 * Carries a plan out, step by step, and emits everything as events. A failure ends the plan and is
 * in `run-finished`; the lab stays in its state.
 * @returns The objects that the load leaves to the next run on the lab.
 */
export async function run(options: RunOptions): Promise<Legacy | undefined> {
  const { plan, lab, signal } = options;
  const { context, epoch } = await begin(options);
  const { emit, now, watch, state, pauses, census } = context;
  await followServices(context, epoch);
  const observers = startObservers({ lab, emit, now, epoch, census });
  await emitSchema(lab, emit, now);
  const outcome = await carryOutPlan(plan, {
    emit,
    now,
    signal,
    pauseBefore: (next) => pauses.before(next, context),
    onBaseline: options.onBaseline,
    perform: (step, carryOutInner) => carryOutStep(step, context, carryOutInner),
  });
  await endLoad(state.load, outcome, { emit, now });
  await removeClient(context);
  await observers.stop();
  await watch.stop();
  const end = withSteadyClock(outcome, { wallMs: Date.now() - epoch, runMs: now() });
  emit({ type: 'run-finished', at: now(), time: new Date().toISOString(), ...end });
  return state.legacy;
}

/** The clock starts, and the first event is emitted. @returns The start since the epoch, too. */
async function begin(
  options: RunOptions,
): Promise<{ readonly context: RunContext; readonly epoch: number }> {
  const { plan, lab, signal, link, logs, own = {}, pause = NO_PAUSE } = options;
  const engines = await lab.subject.listEngines(lab);
  const runStart = systemClock.now();
  const epoch = Date.now();
  const now = (): number => sinceStart(systemClock.now(), runStart);
  const awaitResume: AwaitResume = (paused) => pauseBefore(paused, options);
  const pauses = new Pauses(pause, awaitResume, lookFor(options, pause, now));
  const listeners: EventSink[] = [options.emit, (event) => pauses.see(event)];
  const emit: EventSink = (event) => {
    for (const listen of listeners) listen(event);
  };
  const census = new MessageCensus(emit);
  emitStart(options, { epoch, engines, emit, now });
  const watch = await ServiceWatch.create({ lab, directory: logs, emit, census, epoch });
  const state = new RunState(enginesAtStart(options, engines));
  // Their first events came before they existed.
  listeners.push(
    (event) => census.see(event),
    (event) => state.load?.see(event),
  );
  const ofRun = { plan, lab, signal, link, logs, own };
  return {
    context: { ...ofRun, emit, census, watch, runStart, now, state, pauses },
    epoch,
  };
}

/** The logs of all services, which are at the base. */
async function followServices(
  { plan, lab, link, watch }: RunContext,
  epoch: number,
): Promise<void> {
  // Earlier lines are in the events of the previous run.
  const since = link?.legacy === undefined ? {} : { since: epoch };
  await watch.infrastructure(since);
  for (const instance of lab.instances) watch.follow(instance, plan.base, since);
}

/** The plan and the lab, and the database that the lab begins with. */
function emitStart(
  { plan, lab, link }: RunOptions,
  {
    epoch,
    engines,
    emit,
    now,
  }: {
    readonly epoch: number;
    readonly engines: readonly EngineRow[];
    readonly emit: EventSink;
    readonly now: () => number;
  },
): void {
  const carried = link?.legacy?.objects;
  // In a chain, the services of an earlier target have replaced them.
  const firstStarts = link?.legacy === undefined ? lab.firstStarts : undefined;
  emit(
    runStartedEvent({ plan, lab: lab.name, time: new Date(epoch), engines, firstStarts, carried }),
  );
  if (lab.loaded === undefined || link?.legacy !== undefined) return;
  const { size, ...loaded } = lab.loaded;
  const { rows, bytes: databaseBytes } = size;
  emit({ type: 'database-loaded', at: now(), ...loaded, rows, databaseBytes });
}

const NO_PAUSE: PauseWish = {
  at: new Set(),
  on: new Set(),
  causes: new Set(),
  load: 'running',
};

/** Stuck stacks by the subject's records, and the causes so far. */
function lookFor(
  { lab, plan, signal, causesSoFar, emit }: RunOptions,
  wish: PauseWish,
  now: () => number,
): LookForFailures {
  const stuck = async (next: Step | undefined): Promise<Failure | undefined> => {
    try {
      const { stuckAfterSeconds } = plan.load;
      const read: ReadInFlight = (given) => lab.subject.inFlight(lab.database, given);
      return await stuckStacks(read, next, { stuckAfterSeconds, signal });
    } catch (error) {
      signal.throwIfAborted();
      // The database may be down, by a fault of the scenario.
      emit({ type: 'watch-gap', at: now(), watch: 'stuck', text: messageOf(error) });
      return undefined;
    }
  };
  return async (next) => {
    const found = wish.on.has('stuck') ? await stuck(next) : undefined;
    const causes = wish.causes.size === 0 ? [] : ((await causesSoFar?.()) ?? []);
    return [
      ...(found === undefined ? [] : [found]),
      ...causes.filter(({ kind }) => wish.causes.has(kind)),
    ];
  };
}

/** Pauses the lab until another process calls `resume`. */
function pauseBefore(
  { next, why, load }: Parameters<AwaitResume>[0],
  { lab, plan, logs, signal }: RunOptions,
): Promise<void> {
  const step = [...walkSteps(plan)].find(({ id }) => id === next);
  const record = {
    next: step === undefined ? null : `${step.id} ${step.name}`,
    why,
    load,
    since: new Date().toISOString(),
    folder: dirname(logs),
    stuckAfterSeconds: plan.load.stuckAfterSeconds,
  };
  return lab.pause(record, signal);
}

/** The schema that the base's release made. */
async function emitSchema(lab: RunLab, emit: EventSink, now: () => number): Promise<void> {
  try {
    const revision = await lab.subject.schemaRevision(lab.database);
    emit({ type: 'schema-seen', at: now(), release: 'base', revision });
  } catch (error) {
    emit({ type: 'watch-gap', at: now(), watch: 'schema', text: messageOf(error) });
  }
}

function enginesAtStart(
  { lab, plan }: RunOptions,
  rows: readonly EngineRow[],
): ReadonlyMap<string, RunningEngine> {
  return new Map(
    lab.instances.flatMap((instance) => {
      const engineId = engineIdOf(rows, instance);
      return engineId === undefined
        ? []
        : [[instanceName(instance), { engineId, vhost: plan.baseVhost }] as const];
    }),
  );
}
