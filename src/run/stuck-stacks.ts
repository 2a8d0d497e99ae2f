import { setTimeout as delay } from 'node:timers/promises';
import type { Step } from '../plan/step.ts';
import { walkStep } from '../plan/walk.ts';
import type { InFlight, InFlightOptions } from '../subject/records.ts';
import type { Failure } from './failures.ts';

/** A stack that is silent for this long may be stuck: a working engine writes something earlier. */
const SUSPECT_SECONDS = 5;
/** A swap waits until a suspect makes progress or is known to be stuck, and this much longer. */
const MARGIN_SECONDS = 5;
const EVERY_MS = 1000;

/** Reads the operations in flight from the subject's database. */
export type ReadInFlight = (options: InFlightOptions) => Promise<readonly InFlight[]>;

/**
 * The stacks that are stuck according to the subject's own records. Before an engine is stopped,
 * this waits until each silent stack makes progress or counts as stuck. So the lab can be held
 * while that engine still runs.
 *
 * @param next The next step; without it there is no wait.
 */
export async function stuckStacks(
  read: ReadInFlight,
  next: Step | undefined,
  options: InFlightOptions & { readonly signal: AbortSignal },
): Promise<Failure | undefined> {
  const { stuckAfterSeconds, signal } = options;
  const patienceMs = stopsEngine(next) ? (stuckAfterSeconds + MARGIN_SECONDS) * 1000 : 0;
  const until = performance.now() + patienceMs;
  for (;;) {
    const inFlight = await read(options);
    const stuck = inFlight.filter((one) => one.stuck);
    const mayBe = inFlight.some(isSuspect);
    if (stuck.length > 0 || !mayBe || performance.now() >= until) return failureOf(stuck);
    await delay(EVERY_MS, undefined, { signal });
  }
}

/** Silent, and no engine says that it works on it. */
function isSuspect({ silentSeconds, unfinished }: InFlight): boolean {
  return (
    silentSeconds >= SUSPECT_SECONDS &&
    unfinished.every(({ holder }) => holder === undefined || holder.gone)
  );
}

function stopsEngine(next: Step | undefined): boolean {
  return (
    next !== undefined &&
    [...walkStep(next)].some(
      (step) => (step.kind === 'swap' || step.kind === 'stop') && step.target.role === 'engine',
    )
  );
}

function failureOf(stuck: readonly InFlight[]): Failure | undefined {
  if (stuck.length === 0) return undefined;
  const texts = stuck.map(({ object, status, silentSeconds, unfinished }) => {
    const parts = unfinished.map(({ part, status: of, heldBy }) =>
      [part, of, ...(heldBy === undefined ? [] : [`by ${heldBy}`])].join(' '),
    );
    return `${[object, status, ...parts].join(', ')}, silent for ${silentSeconds} s`;
  });
  return { kind: 'stuck', text: `stuck: ${texts.join('; ')}` };
}
