import { Option } from '@commander-js/extra-typings';
import { pausePoints } from '../../plan/pause-points.ts';
import type { Plan } from '../../plan/plan.ts';
import type { PauseWish } from '../../run/pauses.ts';

/** The values of the options that `pauseOptions` adds. */
export interface PauseOptions {
  readonly pauseAt?: readonly string[] | undefined;
  readonly pauseOn?: 'failure' | undefined;
  readonly pausedLoad: PauseWish['load'];
}

const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  value,
];

/** Pause before a step of the printed plan. */
export function pauseAtOption() {
  return new Option(
    '--pause-at <step>',
    'hold the lab before this step of the plan (4.1), or before a stage (4); may be repeated',
  ).argParser(collect);
}

/** Pause when something fails. */
export function pauseOnOption() {
  return new Option(
    '--pause-on <event>',
    'hold the lab when something fails, before anything else is done to it',
  ).choices(['failure'] as const);
}

/** What becomes of the load while the lab is held. */
export function pausedLoadOption() {
  return new Option('--paused-load <state>', 'what the load does while the lab is held')
    .choices(['stopped', 'running'] as const)
    .default('stopped' as const);
}

/** @throws RollgateError `unknown-step`. */
export function pauseWish(plan: Plan, options: PauseOptions): PauseWish {
  return {
    at: pausePoints(plan, options.pauseAt ?? []),
    onFailure: options.pauseOn === 'failure',
    load: options.pausedLoad,
  };
}
