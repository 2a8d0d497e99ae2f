import type { Plan } from './plan.ts';
import type { SingleStep, Step } from './step.ts';

/** A step and the steps inside it, parents first. */
export function* walkStep(step: Step): Iterable<Step> {
  yield step;
  if (step.kind === 'together') for (const inner of step.steps) yield* walkStep(inner);
}

/** The same without the steps that only group others. */
export function singleSteps(step: Step): readonly SingleStep[] {
  return step.kind === 'together' ? step.steps.flatMap(singleSteps) : [step];
}

/** Every step of a plan, in the order of execution; parents before their parts. */
export function* walkSteps({ stages }: Plan): Iterable<Step> {
  for (const { steps } of stages) for (const step of steps) yield* walkStep(step);
}

/** The service that a step stops or starts. */
export function targetOf(step: Step): Extract<Step, { kind: 'swap' }>['target'] | undefined {
  return 'target' in step ? step.target : undefined;
}
