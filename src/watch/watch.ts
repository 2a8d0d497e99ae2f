import { join } from 'node:path';
import { EVENTS_FILE } from '../events/codec.ts';
import type { EventOf, EventSink, RunEvent } from '../events/event.ts';
import { messageOf, RollgateError } from '../errors.ts';
import { makeFolder } from '../files/folder.ts';
import { Redactor } from '../infra/redactor.ts';
import { systemClock } from '../load/clock.ts';
import type { LoadPlan } from '../plan/plan.ts';
import { UNKNOWN_VERSION, type ReleaseRef } from '../release/release.ts';
import { tryWriteReports } from '../report/files/files.ts';
import { endLoad, type RunEnd } from '../run/carry-out.ts';
import { describeError } from '../run/describe-error.ts';
import { EventLog } from '../run/logs/event-log.ts';
import { LoadSession } from '../run/steps/load-session.ts';
import type { CloudAccess, Leftover } from '../subject/cloud.ts';
import type { Subject, SubjectCloud } from '../subject/subject.ts';
import { MARK } from '../verdict/reading/marked.ts';
import { OBSERVER } from '../verdict/history/pauses.ts';
import { judge } from '../verdict/judge.ts';
import type { Verdict } from '../verdict/schema/verdict.ts';
import { addressIn, startBeside, type Beside } from './beside.ts';
import type { OpenedCloud } from './cloud/access.ts';
import { openControls } from './controls.ts';
import { cutOff, pause, runCommand } from './ending.ts';
import { LossWindow, type LossLimit } from './loss-limit.ts';
import { followMarks, type Mark } from './mark.ts';
import { mendEvents, type BrokenWatch } from './resume.ts';
import { readSources, type Sources } from './sources.ts';
import { Timeline } from './timeline.ts';

export interface WatchOptions {
  readonly subject: Subject;
  /** The subject's side in a cloud. */
  readonly side: SubjectCloud;
  readonly access: CloudAccess;
  readonly watched: OpenedCloud['watched'];
  readonly name: string;
  /** For events, verdict and reports. */
  readonly directory: string;
  readonly load: LoadPlan;
  readonly seed: number;
  readonly thresholds: readonly { readonly metric: string; readonly expression: string }[];
  /** Addresses outside the cloud. */
  readonly controls: readonly URL[];
  /** Addresses beside the API that have to be reached all the time. */
  readonly beside: readonly Beside[];
  /** How long is watched before the command of `until` begins. */
  readonly baselineSeconds: number;
  /** How long is watched on after the end. */
  readonly afterSeconds: number;
  /** Ends the watch after so many seconds. */
  readonly forSeconds?: number | undefined;
  /** A shell command: the watch ends when it does. */
  readonly until?: string | undefined;
  /** Ends the watch, and the command of `until`, when so much is lost. */
  readonly abortAfter?: LossLimit | undefined;
  /** What others write of their work. */
  readonly sources: Sources;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  /** A watch that was killed, and that goes on now. */
  readonly before?: BrokenWatch | undefined;
  readonly onEvent: EventSink;
  readonly say: (line: string) => void;
}

export interface WatchResult {
  readonly verdict: Verdict;
  readonly events: readonly RunEvent[];
  /** What of its own could not be removed. */
  readonly left: readonly Leftover[];
  /** Why the reports are not in the folder, if they could not be written. */
  readonly unwritten: RollgateError | undefined;
}

const LOAD = { stage: 'watch', kind: 'start-load', name: 'start the load' } as const;

/**
 * Watches a cloud that somebody else rolls, until it is told to end, and judges what it saw.
 *
 * @throws RollgateError `standing-stack` where the cloud does not work before anything is done, and
 * what keeps the folder from being written.
 */
export async function watch(options: WatchOptions): Promise<WatchResult> {
  const { directory, before, onEvent } = options;
  await makeFolder(directory);
  if (before === undefined) await removeEarlier(options);
  else await mendEvents(directory, before.events);
  const broken = new AbortController();
  const tooMany = watchLosses(options);
  const log = new EventLog({
    path: join(directory, EVENTS_FILE),
    redactor: new Redactor({}),
    listeners: [onEvent, tooMany.see],
    ...(before === undefined ? {} : { before: before.events }),
    onFailure: (failure) => broken.abort(failure),
  });
  const epoch = before === undefined ? Date.now() : Date.parse(before.start.time);
  // A watch that goes on counts from its first start, which only the machine's clock knows.
  const runStart = systemClock.now() - (Date.now() - epoch);
  const now = (): number => Math.round((systemClock.now() - runStart) * 1000) / 1000;
  const { emit } = log;
  if (before === undefined) emit(watchStarted(options, new Date(epoch)));
  else takeUp(before, { emit, onEvent });
  const end = await carryOut({
    ...options,
    emit,
    now,
    epoch,
    runStart,
    broken: broken.signal,
    tooMany: tooMany.signal,
  });
  emit({ type: 'run-finished', at: now(), time: new Date().toISOString(), ...end });
  // What kept the events from being written is in the verdict.
  await log.close().catch((error: unknown) => {
    if (!(error instanceof RollgateError)) throw error;
  });
  const verdict = judge(log.events);
  const unwritten = await tryWriteReports(directory, log.events, verdict);
  const left = await removeOwn(options);
  return { verdict, events: log.events, left, unwritten };
}

function watchLosses({ abortAfter }: WatchOptions): {
  readonly see: EventSink;
  readonly signal: AbortSignal;
} {
  const over = new AbortController();
  if (abortAfter === undefined) return { see: () => undefined, signal: over.signal };
  const losses = new LossWindow(abortAfter);
  const see: EventSink = (event) => {
    const why = losses.see(event);
    if (why !== undefined) over.abort(why);
  };
  return { see, signal: over.signal };
}

async function removeEarlier({ side, access, signal, say }: WatchOptions): Promise<void> {
  const { found } = await side.removeLeftovers(access, signal);
  if (found.length > 0) say(`removed what a watch of before left: ${found.join(', ')}`);
}

/** A cloud that does not answer any more takes no verdict away. */
async function removeOwn({ side, access, say }: WatchOptions): Promise<readonly Leftover[]> {
  try {
    return (await side.removeLeftovers(access)).left;
  } catch (error) {
    if (!(error instanceof RollgateError)) throw error;
    say(`nothing was removed from the cloud: ${error.message}; ${error.hint ?? ''}`);
    return [];
  }
}

/** What the killed watch had under way ended with it. */
function takeUp(
  { start, lastAt, open }: BrokenWatch,
  { emit, onEvent }: Pick<Context, 'emit' | 'onEvent'>,
): void {
  onEvent(start);
  for (const { id, from } of open) {
    const seconds = (lastAt - from) / 1000;
    emit({ type: 'step-finished', at: lastAt, step: id, status: 'aborted', seconds });
  }
}

interface Context extends WatchOptions {
  readonly emit: EventSink;
  readonly now: () => number;
  readonly epoch: number;
  readonly runStart: number;
  readonly broken: AbortSignal;
  /** Aborted with the reason when more is lost than may be. */
  readonly tooMany: AbortSignal;
}

async function carryOut(context: Context): Promise<RunEnd> {
  const { side, access, emit, now, signal, broken } = context;
  const { before } = context;
  const timeline = new Timeline({
    ...context,
    first: before?.nextStep ?? 1,
    marked: before?.marked,
  });
  const controls = await openControls(context.controls);
  const sources = readSources({ ...context, ...context.sources });
  let load: LoadSession | undefined;
  let end: RunEnd = { outcome: 'completed' };
  try {
    load = await timeline.during(LOAD, async () =>
      startLoad(context, await side.load(access, signal), (common) => [
        ...controls.start(common),
        ...startBeside(context.beside, common),
      ]),
    );
    tellGap(context);
    const followed = followEarlier(context);
    const failure = await untilTheEnd(context, timeline);
    const swappedAt = now();
    await wayDown(context, timeline, load, swappedAt);
    await followed.stop();
    const ending = load;
    load = undefined;
    await timeline.during(tail('stop-load', 'stop the load'), () => ending.stop());
    if (failure !== undefined) end = { outcome: 'failed', error: describeError(failure) };
    // Ctrl-C ended the command of `until` too: that is not its failure.
    if (signal.aborted && !context.tooMany.aborted) end = { outcome: 'aborted' };
  } catch (error) {
    const aborted = signal.aborted && !broken.aborted && !(error instanceof RollgateError);
    end = aborted
      ? { outcome: 'aborted' }
      : { outcome: 'failed', error: describeError(broken.aborted ? broken.reason : error) };
  } finally {
    await sources.stop();
    await endLoad(load, end, { emit, now });
    await controls.close();
  }
  return end;
}

/** From the last event of the killed watch until the load runs again nothing was observed. */
function tellGap({ before, emit, now }: Context): void {
  if (before === undefined) return;
  const text = 'the watch did not run';
  emit({ type: 'watch-gap', at: now(), from: before.lastAt, watch: OBSERVER, text });
}

/** What the killed watch had asked for ends in its ledger too. */
function followEarlier({ before, side, access, emit, now, broken }: Context) {
  const over = new AbortController();
  const open = before?.unsettled ?? [];
  const following = side.followUp(access, open, {
    signal: AbortSignal.any([over.signal, broken]),
    onEnd: (end) => {
      const accepted = open.find(({ operation }) => operation === end.operation);
      if (accepted === undefined) return;
      const { action, object } = accepted;
      emit({ type: 'operation-settled', at: now(), action, object, ...end });
    },
  });
  following.catch(() => undefined);
  return {
    async stop() {
      over.abort();
      await following;
    },
  };
}

function startLoad(
  { load: plan, seed, emit, runStart }: Context,
  load: Parameters<typeof LoadSession.start>[0]['load'],
  controls: Parameters<typeof LoadSession.start>[0]['controls'],
): LoadSession {
  return LoadSession.start({
    load,
    controls,
    plan,
    seed,
    versions: [],
    // Stacks that are made now and changed at the end.
    link: { legacy: undefined, last: true },
    expect: () => undefined,
    emit,
    runStart,
  });
}

/** @returns What was wrong with how the command of `until` ended. */
async function untilTheEnd(
  context: Context,
  timeline: Timeline,
): Promise<RollgateError | undefined> {
  const { directory, until, forSeconds, signal, broken, say, baselineSeconds, before, tooMany } =
    context;
  const over = new AbortController();
  const stop = AbortSignal.any([over.signal, signal, broken, tooMany]);
  const { promise: marked, resolve: end } = Promise.withResolvers<void>();
  timeline.quiet();
  const marks = followMarks(
    directory,
    (mark: Mark) => {
      timeline.mark(mark);
      if (mark.text === undefined) end();
    },
    { skip: before?.marks ?? 0 },
  );
  try {
    const command = async (): Promise<RollgateError | undefined> => {
      if (until === undefined) return new Promise(() => undefined);
      await pause(baselineSeconds, stop);
      if (stop.aborted) return undefined;
      timeline.endMark();
      const step = timeline.begin({ stage: 'command', kind: MARK, name: until.slice(0, 200) });
      const { failure } = await runCommand(until, { folder: directory, signal: stop });
      timeline.finish(step);
      return failure;
    };
    say(`watching; \`rollgate mark\` names what is done, \`rollgate mark end\` ends it`);
    const commanded = command();
    const ended = await Promise.race([
      commanded,
      marked.then(() => 'marked' as const),
      pause(forSeconds, stop).then(() => 'paused' as const),
    ]);
    const outOfTime = ended === 'paused' && !stop.aborted;
    // Who marks the end may have more to do: the command then ends by itself.
    if (ended !== 'marked') over.abort();
    const failure = until === undefined ? undefined : await commanded;
    broken.throwIfAborted();
    if (tooMany.aborted) {
      const { reason } = tooMany;
      say(`stopped: ${messageOf(reason)}`);
      return reason instanceof RollgateError ? reason : undefined;
    }
    return outOfTime && failure !== undefined ? cutOff(until ?? '', forSeconds ?? 0) : failure;
  } finally {
    over.abort();
    await marks.stop();
    timeline.endMark();
  }
}

/** Lets go what was held back, and waits until all that was accepted has ended. */
async function wayDown(
  { afterSeconds, signal, broken, say }: Context,
  timeline: Timeline,
  load: LoadSession,
  swappedAt: number,
): Promise<void> {
  if (!signal.aborted) {
    await timeline.during(tail('hold', `watch on for ${afterSeconds} s`), () =>
      pause(afterSeconds, AbortSignal.any([signal, broken])),
    );
  }
  say('the end: what was accepted is followed to its own end');
  await timeline.during(tail('release', 'change what was made before'), () => load.release(broken));
  load.finishWorkload();
  await timeline.during(tail('settle', 'wait for what was accepted'), () =>
    load.settle(swappedAt, broken),
  );
}

function tail(kind: string, name: string) {
  return { stage: 'end', kind, name } as const;
}

function watchStarted(
  { subject, watched, name, seed, thresholds, load, beside }: WatchOptions,
  time: Date,
): EventOf<'run-started'> {
  const release: ReleaseRef = {
    series: UNKNOWN_VERSION,
    version: UNKNOWN_VERSION,
    image: UNKNOWN_VERSION,
  };
  return {
    type: 'run-started',
    at: 0,
    time: time.toISOString(),
    format: 1,
    lab: name,
    seed,
    scenario: 'watch',
    subject: subject.shape.name,
    noun: subject.shape.noun,
    choreography: 'watched',
    topology: watched.cloud,
    watched: {
      ...watched,
      probes: load.probes.map(({ probe, connection }) => `${probe}/${connection}`),
      ...(beside.length === 0
        ? {}
        : { beside: Object.fromEntries(beside.map(({ name, url }) => [name, addressIn(url)])) }),
    },
    base: release,
    target: release,
    require: [],
    thresholds: [...thresholds],
    stages: [],
    services: [],
  };
}
