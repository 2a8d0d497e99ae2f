import { RollgateError } from '../errors.ts';
import type { Plan } from './plan.ts';
import type { Step } from './step.ts';
import { walkStep, walkSteps } from './walk.ts';

/**
 * The steps before which a run is paused. A step is given by its id (`4.1`), or by its stage's
 * number or name (the stage's first step). The beginning of its name is enough if no other step's
 * name begins in the same way. A parallel step cannot be held alone: its name means all steps of
 * the group.
 *
 * @returns Ids of top-level steps.
 * @throws RollgateError `unknown-step` with the known steps.
 */
export function pausePoints(plan: Plan, wanted: readonly string[]): ReadonlySet<string> {
  return new Set(wanted.map((text) => outermost(plan, find(plan, text))));
}

function find(plan: Plan, text: string): Step {
  const all = [...walkSteps(plan)];
  const stage = plan.stages.find(({ name }, index) => text === String(index + 1) || text === name);
  const exact = all.find(({ id }) => id === text) ?? stage?.steps[0];
  if (exact !== undefined) return exact;
  const [named, ...others] = all.filter(({ name }) => name.startsWith(text));
  if (named !== undefined && others.length === 0) return named;
  throw unknownStep(text, named === undefined ? all : [named, ...others]);
}

function unknownStep(text: string, candidates: readonly Step[]): RollgateError {
  const several = candidates.some(({ name }) => name.startsWith(text));
  return new RollgateError(
    'unknown-step',
    `--pause-at ${text}: ${several ? 'several steps begin so' : 'the plan has no such step'}`,
    {
      kind: 'usage',
      detail: candidates.map(({ id, name }) => `${id} ${name}`).join('\n'),
      hint: 'Give one of these ids, or a stage’s number; rollgate plan shows them for any scenario',
    },
  );
}

function outermost({ stages }: Plan, step: Step): string {
  const around = stages
    .flatMap(({ steps }) => steps)
    .find((candidate) => [...walkStep(candidate)].includes(step));
  return (around ?? step).id;
}
