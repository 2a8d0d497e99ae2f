import { join } from 'node:path';
import { RollgateError } from '../errors.ts';
import type { EventOf, EventSink, RunEvent } from '../events/event.ts';
import { makeFolder } from '../files/folder.ts';
import { Redactor } from '../infra/redactor.ts';
import { sinceStart, systemClock } from '../load/clock.ts';
import { UNKNOWN_VERSION, type ReleaseRef } from '../release/release.ts';
import { tryWriteReports } from '../report/files/files.ts';
import { RUN_FOLDER } from '../run-folder.ts';
import { EventLog } from '../run/logs/event-log.ts';
import type { Leftover } from '../subject/cloud.ts';
import { judge } from '../verdict/judge.ts';
import type { Verdict } from '../verdict/schema/verdict.ts';
import { clearNotice, noticeOnAbort } from './abort/abort-notice.ts';
import { LossWindow } from './abort/loss-limit.ts';
import { addressInWords } from './beside/beside.ts';
import { checkPing } from './beside/ping.ts';
import { carryOutWatch } from './course.ts';
import type { WatchOptions, WatchContext } from './options.ts';
import { mendEvents, type BrokenWatch } from './resume.ts';
import { serviceLogIn } from './sources/service-logs.ts';

export interface WatchResult {
  readonly verdict: Verdict;
  readonly events: readonly RunEvent[];
  /** Its own objects that could not be removed. */
  readonly left: readonly Leftover[];
  /** Why the reports are not in the folder, if they could not be written. */
  readonly unwritten: RollgateError | undefined;
}

/**
 * Watches a cloud while another tool upgrades it, until the watch is asked to end, and judges the
 * events.
 *
 * @throws RollgateError `standing-stack` if the cloud does not work before the upgrade;
 * `ping-unavailable`; the error that prevents writing the folder.
 */
export async function watch(options: WatchOptions): Promise<WatchResult> {
  const { directory, before, onEvent, beside, signal, abortTo, say } = options;
  if (beside.some(({ kind }) => kind === 'ping')) await checkPing(signal);
  if (abortTo !== undefined) await clearNotice(abortTo);
  await makeFolder(directory);
  if (before === undefined) await removeEarlier(options);
  else await mendEvents(directory);
  const broken = new AbortController();
  const tooMany = watchLosses(options);
  const noticing = { folder: directory, interrupted: signal, say };
  const noticed = abortTo && noticeOnAbort(tooMany.signal, abortTo, noticing);
  const log = new EventLog({
    path: join(directory, RUN_FOLDER.events),
    redactor: new Redactor({}),
    listeners: [onEvent, tooMany.see, ...(options.drive ? [options.drive.servedAgain.see] : [])],
    append: before !== undefined,
    onFailure: (failure) => broken.abort(failure),
  });
  const epoch = before === undefined ? Date.now() : Date.parse(before.start.time);
  // A continued watch counts from its first start, by the machine's clock.
  const runStart = systemClock.now() - (Date.now() - epoch);
  const now = (): number => sinceStart(systemClock.now(), runStart);
  const { emit } = log;
  if (before === undefined) emit(watchStarted(options, new Date(epoch)));
  else takeUp(before, { emit, onEvent });
  const end = await carryOutWatch({
    ...options,
    emit,
    now,
    epoch,
    runStart,
    broken: broken.signal,
    tooMany: tooMany.signal,
  });
  if (noticed) await noticed();
  emit({ type: 'run-finished', at: now(), time: new Date().toISOString(), ...end });
  // The error that prevented writing the events is in the verdict.
  await log.close().catch((error: unknown) => {
    if (!(error instanceof RollgateError)) throw error;
  });
  const events = await log.read();
  log.release();
  const verdict = judge(events);
  const unwritten = await tryWriteReports(directory, events, verdict);
  const left = await removeOwn(options);
  return { verdict, events, left, unwritten };
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

/** A cloud that stops answering does not prevent a verdict. */
async function removeOwn({ side, access, say }: WatchOptions): Promise<readonly Leftover[]> {
  try {
    return (await side.removeLeftovers(access)).left;
  } catch (error) {
    if (!(error instanceof RollgateError)) throw error;
    say(`nothing was removed from the cloud: ${error.message}; ${error.hint ?? ''}`);
    return [];
  }
}

/** The killed watch's steps ended with it. */
function takeUp(
  { start, lastAt, open }: BrokenWatch,
  { emit, onEvent }: Pick<WatchContext, 'emit' | 'onEvent'>,
): void {
  onEvent(start);
  for (const { id, from } of open) {
    const seconds = (lastAt - from) / 1000;
    emit({ type: 'step-finished', at: lastAt, step: id, status: 'aborted', seconds });
  }
}

function watchStarted(
  { subject, watched, name, seed, thresholds, load, beside, upgrade, sources }: WatchOptions,
  time: Date,
): EventOf<'run-started'> {
  const release: ReleaseRef = {
    series: UNKNOWN_VERSION,
    version: UNKNOWN_VERSION,
    image: UNKNOWN_VERSION,
  };
  const logs = sources.logs.flatMap((log) => serviceLogIn(log) ?? []);
  return {
    type: 'run-started',
    at: 0,
    time: time.toISOString(),
    format: 1,
    lab: name,
    seed,
    scenario: upgrade?.scenario ?? 'watch',
    subject: subject.shape.name,
    noun: subject.shape.noun,
    choreography: upgrade?.choreography ?? 'watched',
    topology: upgrade?.topology ?? watched.cloud,
    watched: {
      ...watched,
      probes: load.probes.map(({ probe, connection }) => `${probe}/${connection}`),
      ...(logs.length === 0 ? {} : { logs: logs.map(({ node, service }) => `${node}/${service}`) }),
      ...(beside.length === 0
        ? {}
        : { beside: Object.fromEntries(beside.map((one) => [one.name, addressInWords(one)])) }),
    },
    base: upgrade?.base ?? release,
    target: upgrade?.target ?? release,
    require: [],
    thresholds: [...thresholds],
    stages: [],
    services: [],
  };
}
