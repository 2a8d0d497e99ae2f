import { messageOf, RollgateError } from '../errors.ts';
import type { EventSink } from '../events/event.ts';
import { waitSeconds } from '../load/clock.ts';
import { endLoad, type RunEnd } from '../run/carry-out.ts';
import { describeError } from '../run/describe-error.ts';
import { followMarks, type Mark } from '../run/mark.ts';
import { LoadSession } from '../run/steps/load-session.ts';
import { OBSERVER } from '../verdict/history/pauses.ts';
import { MARK } from '../words.ts';
import { runsPlaybook } from './ansible.ts';
import { startBeside } from './beside/beside.ts';
import { cutOff, runCommand } from './command.ts';
import { openControls } from './controls.ts';
import { Discovery } from './discovery/discovery.ts';
import { driveAll } from './drive/drive.ts';
import type { WatchContext } from './options.ts';
import { readSources } from './sources/sources.ts';
import { WatchSteps } from './timeline.ts';

const LOAD = { stage: 'watch', kind: 'start-load', name: 'start the load' } as const;

/**
 * Sends load to the cloud until the watch ends, and follows every accepted operation to its end.
 */
export async function carryOutWatch(given: WatchContext): Promise<RunEnd> {
  const { side, access, now, signal, broken, before } = given;
  const sources = await readSources({ ...given, ...given.sources });
  const emit: EventSink = (event) => {
    given.emit(event);
    sources.see(event);
  };
  const context: WatchContext = { ...given, emit };
  const timeline = new WatchSteps({
    ...context,
    first: before?.nextStep ?? 1,
    marked: before?.marked,
  });
  const controls = await openControls(context.controls);
  const discovery = new Discovery({
    ...context,
    questions: side.questions(access.token.projectId),
    rate: context.questionRate,
  });
  let load: LoadSession | undefined;
  let end: RunEnd = { outcome: 'completed' };
  try {
    await discovery.begin(AbortSignal.any([signal, broken]));
    for (const line of discovery.lines) context.say(line);
    load = await timeline.during(LOAD, async () =>
      startLoad(context, await side.load(access, signal), (common) => [
        ...controls.start(common),
        ...startBeside(context.beside, common),
      ]),
    );
    emitGap(context);
    const followed = followEarlier(context);
    const failure = await untilTheEnd(context, timeline);
    const swappedAt = now();
    await watchOn(context, timeline);
    await discovery.end(broken);
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
    await discovery.close();
    await endLoad(load, end, { emit, now });
    await controls.close();
  }
  return end;
}

/** Nothing was observed from the last event of the killed watch until the load runs again. */
function emitGap({ before, emit, now }: WatchContext): void {
  if (before === undefined) return;
  const text = 'the watch did not run';
  emit({ type: 'watch-gap', at: now(), from: before.lastAt, watch: OBSERVER, text });
}

/** Operations of the killed watch also end in this ledger. */
function followEarlier({ before, side, access, emit, now, broken }: WatchContext) {
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
  { load: plan, seed, emit, runStart }: WatchContext,
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

/** @returns The failure of the command of `until`, if it failed. */
async function untilTheEnd(
  context: WatchContext,
  timeline: WatchSteps,
): Promise<RollgateError | undefined> {
  const { directory, until, forSeconds, signal, broken, say, before, tooMany } = context;
  const over = new AbortController();
  const stop = AbortSignal.any([over.signal, signal, broken, tooMany]);
  const { promise: marked, resolve: end } = Promise.withResolvers<void>();
  if (context.drive === undefined) timeline.quiet();
  const marks = followMarks(
    directory,
    (mark: Mark) => {
      timeline.mark(mark);
      if (mark.text === undefined) end();
    },
    { skip: before?.marks ?? 0 },
  );
  try {
    say(`watching; \`rollgate mark\` names what is done, \`rollgate mark end\` ends it`);
    const upgraded = upgrade(context, timeline, stop);
    const ended = await Promise.race([
      upgraded ?? new Promise<never>(() => undefined),
      marked.then(() => 'marked' as const),
      waitSeconds(forSeconds, stop).then(() => 'paused' as const),
    ]);
    const outOfTime = ended === 'paused' && !stop.aborted;
    // The tool that marks the end may still have work to do: its command then ends later.
    if (ended !== 'marked') over.abort();
    const failure = await upgraded;
    broken.throwIfAborted();
    if (tooMany.aborted) {
      const { reason } = tooMany;
      say(`stopped: ${messageOf(reason)}`);
      return reason instanceof RollgateError ? reason : undefined;
    }
    const isCut = outOfTime && until !== undefined && failure !== undefined;
    return isCut ? cutOff(until, forSeconds ?? 0) : failure;
  } finally {
    over.abort();
    await marks.stop();
    timeline.endMark();
  }
}

/** The failure of the upgrade, if the watch starts it. `undefined` if another tool does. */
function upgrade(
  context: WatchContext,
  timeline: WatchSteps,
  stop: AbortSignal,
): Promise<RollgateError | undefined> | undefined {
  const { drive, until } = context;
  if (drive !== undefined) return driveAll(drive, context, timeline, stop);
  return until === undefined ? undefined : command(until, context, timeline, stop);
}

async function command(
  until: string,
  { directory: folder, baselineSeconds, untilEnvironment: environment, sources, say }: WatchContext,
  timeline: WatchSteps,
  stop: AbortSignal,
): Promise<RollgateError | undefined> {
  const isMarked = environment !== undefined || sources.follow.length > 0;
  if (runsPlaybook(until) && !isMarked) say('with --ansible each task of the playbook is a step');
  await waitSeconds(baselineSeconds, stop);
  if (stop.aborted) return undefined;
  timeline.endMark();
  const step = timeline.begin({ stage: 'command', kind: MARK, name: until.slice(0, 200) });
  const { failure } = await runCommand(until, { folder, signal: stop, environment });
  timeline.finish(step);
  return failure;
}

/** Goes on after the upgrade; not after Ctrl-C. */
async function watchOn(
  { afterSeconds, signal, broken }: WatchContext,
  timeline: WatchSteps,
): Promise<void> {
  if (signal.aborted) return;
  await timeline.during(tail('hold', `watch on for ${afterSeconds} s`), () =>
    waitSeconds(afterSeconds, AbortSignal.any([signal, broken])),
  );
}

/** Releases held objects, and waits until all accepted operations have ended. */
async function wayDown(
  { broken, say }: WatchContext,
  timeline: WatchSteps,
  load: LoadSession,
  swappedAt: number,
): Promise<void> {
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
