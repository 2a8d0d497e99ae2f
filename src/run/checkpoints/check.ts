import { basename } from 'node:path';
import type { CheckAction } from '../../plan/checkpoints/check.ts';
import type { RunContext } from '../context.ts';
import type { CheckResult, CheckStep } from './check-step.ts';
import { carryOutGrenade } from './grenade.ts';
import { carryOutHook } from './hook.ts';
import { carryOutTempest } from './tempest.ts';
import { Transcript } from './transcript.ts';

/** Below the run's logs. */
const FOLDERS = { hook: 'hooks', burst: 'bursts', tempest: 'tempest', grenade: 'grenade' } as const;

function nameOf({ id, check }: CheckStep): string {
  if ('run' in check) return `${id}-${basename(check.run)}`;
  return `${id}-${'phase' in check ? check.phase : check.check}`;
}

/**
 * Makes a check and emits its result. A failed check is a result: the plan continues, and the
 * verdict draws the consequence.
 *
 * @throws The error that prevented the check.
 */
export async function carryOutCheck(step: CheckStep, context: RunContext): Promise<void> {
  const { emit, now, signal } = context;
  const { check, point } = step;
  const { onFailure } = check;
  const began = now();
  emit({ type: 'check-started', at: began, step: step.id, point, check: check.check, onFailure });
  const transcript = await Transcript.create(FOLDERS[check.check], nameOf(step), context);
  let result: CheckResult;
  try {
    result = await outcomeOf(step, context, transcript);
  } finally {
    await transcript.close();
  }
  signal.throwIfAborted();
  emit({
    type: 'check-finished',
    at: now(),
    step: step.id,
    status: result.passed ? 'passed' : 'failed',
    seconds: (now() - began) / 1000,
    detail: result.detail,
    output: result.passed ? '' : transcript.tail,
    ...(transcript.used ? { log: transcript.file } : {}),
  });
}

function outcomeOf(
  step: CheckStep,
  context: RunContext,
  transcript: Transcript,
): Promise<CheckResult> {
  const { check } = step;
  switch (check.check) {
    case 'hook':
      return carryOutHook(check, step, context, transcript);
    case 'burst':
      return carryOutBurst(check, context);
    case 'tempest':
      return carryOutTempest(check, step, context, transcript);
    case 'grenade':
      return carryOutGrenade(check, step, context, transcript);
  }
}

type Burst = Extract<CheckAction['check'], { check: 'burst' }>;

async function carryOutBurst(
  { stacks, limitSeconds }: Burst,
  { state, signal }: RunContext,
): Promise<CheckResult> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(limitSeconds * 1000)]);
  const { accepted, completed, others } = await state.startedLoad().burst(stacks, limit);
  const where = others.map(({ object, status }) => `${object}: ${status}`).join(', ');
  return {
    passed: completed === stacks,
    detail:
      `burst of ${stacks}: ${accepted} accepted, ${completed} created and deleted` +
      (where === '' ? '' : `; within ${limitSeconds} s not ${where}`),
  };
}
