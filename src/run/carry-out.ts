import { messageOf, RollgateError } from '../errors.ts';
import type { EventOf, EventSink } from '../events/event.ts';
import type { Plan } from '../plan/plan.ts';
import type { SingleStep, Step } from '../plan/step.ts';
import { describeError } from './describe-error.ts';

/** The parts of a run that are needed to carry a plan out. The rules do not depend on a lab. */
export interface Carrier {
  readonly emit: EventSink;
  /** Milliseconds since the start of the run. */
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** Pauses the run here if requested. @param next `undefined` after the last step. */
  pauseBefore(next: Step | undefined): Promise<void>;
  /**
   * Called once, at the end of the baseline, before the first step that changes anything.
   * @returns A warning for the reader. @throws The reason to end the run there.
   */
  readonly onBaseline?: (() => Promise<string | undefined>) | undefined;
  /**
   * Carries out a step.
   * @param carryOutInner Carries out further steps that a step asks for.
   * @throws The error that made it fail.
   */
  perform(step: SingleStep, carryOutInner: (step: Step) => Promise<void>): Promise<void>;
}

/** How a plan ended. */
export type RunEnd = Pick<EventOf<'run-finished'>, 'outcome' | 'error'>;

/** Steps that leave the subject as it is. */
const LEAVES_AS_IT_IS: readonly Step['kind'][] = ['start-load', 'hold', 'check'];

/**
 * Carries a plan out, step by step, each between its two events. The first step that fails ends it;
 * parallel steps are all finished before that. An abort ends it before the next step.
 */
export async function carryOutPlan(plan: Plan, carrier: Carrier): Promise<RunEnd> {
  const { signal, emit, now } = carrier;
  let failed: Step | undefined;
  let inBaseline = true;
  const endBaseline = async (next: Step): Promise<void> => {
    if (!inBaseline || LEAVES_AS_IT_IS.includes(next.kind)) return;
    inBaseline = false;
    const text = await carrier.onBaseline?.();
    if (text !== undefined) emit({ type: 'step-note', at: now(), step: next.id, text });
  };
  const step = async (next: Step): Promise<void> => {
    try {
      await timed(next, carrier, step);
      // The step handled the failures that happened during it.
      if (next.kind === 'script') failed = undefined;
    } catch (error) {
      // Innermost first.
      failed ??= next;
      throw error;
    }
  };
  try {
    for (const stage of plan.stages) {
      for (const next of stage.steps) {
        signal.throwIfAborted();
        await carrier.pauseBefore(next);
        await endBaseline(next);
        await step(next);
      }
    }
    await carrier.pauseBefore(undefined);
    return { outcome: 'completed' };
  } catch (error) {
    // A failure to hold the lab is not the reason why the run failed.
    if (!signal.aborted) await carrier.pauseBefore(undefined).catch(() => undefined);
    if (signal.aborted) return outcomeOfAbort(signal);
    return {
      outcome: 'failed',
      error: { ...describeError(error), ...(failed === undefined ? {} : { step: failed.id }) },
    };
  }
}

/**
 * Ends a load that still runs when its plan has ended. An error of this is a gap in the evidence,
 * not another outcome.
 *
 * After an abort or a failed upgrade, a user does not want to wait a minute for answers that may
 * never come. Unanswered requests are cut off then.
 */
export async function endLoad(
  load: { stop(options: { readonly abandon: boolean }): Promise<void> } | undefined,
  { outcome }: RunEnd,
  { emit, now }: Pick<Carrier, 'emit' | 'now'>,
): Promise<void> {
  try {
    await load?.stop({ abandon: outcome !== 'completed' });
  } catch (error) {
    emit({ type: 'watch-gap', at: now(), watch: 'load', text: messageOf(error) });
  }
}

/** Distinguishes a user's abort from the harness's own, e.g. when events cannot be written. */
function outcomeOfAbort({ reason }: AbortSignal): RunEnd {
  return reason instanceof RollgateError && reason.kind === 'harness'
    ? { outcome: 'failed', error: describeError(reason) }
    : { outcome: 'aborted' };
}

/** Carries a step out between its two events. */
async function timed(
  step: Step,
  carrier: Carrier,
  carryOutInner: (step: Step) => Promise<void>,
): Promise<void> {
  const { emit, now, signal } = carrier;
  const began = now();
  const finished = { type: 'step-finished', step: step.id } as const;
  emit({ type: 'step-started', at: began, step: step.id, ...unplanned(step) });
  try {
    if (step.kind === 'together') await sideBySide(step.steps, carryOutInner);
    else await carrier.perform(step, carryOutInner);
    emit({ ...finished, at: now(), status: 'done', seconds: (now() - began) / 1000 });
  } catch (error) {
    emit({
      ...finished,
      at: now(),
      status: signal.aborted ? 'aborted' : 'failed',
      seconds: (now() - began) / 1000,
      error: describeError(error),
    });
    throw error;
  }
}

/** @throws The error of the first step that failed, once all have ended. */
async function sideBySide(
  steps: readonly Step[],
  carryOutInner: (step: Step) => Promise<void>,
): Promise<void> {
  const ends = await Promise.allSettled(steps.map(carryOutInner));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** The event of a step outside the plan has the step's name. */
function unplanned(step: Step): Pick<EventOf<'step-started'>, 'what'> {
  const { name, kind, stage } = step;
  if (stage === undefined) return {};
  return { what: { name, kind, stage, ...('target' in step ? { node: step.target.node } : {}) } };
}
