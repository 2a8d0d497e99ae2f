import { RollgateError } from '../../errors.ts';
import type { Plan } from '../plan.ts';
import { dryRun, leftUndone } from './dry-run.ts';

/**
 * The plan itself, if it can be carried out.
 *
 * @param vhosts The broker's vhosts besides the first one of the plan.
 * @throws RollgateError `invalid-plan` with a line for each problem.
 */
export function checkPlan(plan: Plan, vhosts: readonly string[] = []): Plan {
  const problems = validatePlan(plan, vhosts);
  if (problems.length === 0) return plan;
  throw new RollgateError(
    'invalid-plan',
    `the plan cannot be carried out\n${problems.join('\n')}`,
    {
      kind: 'usage',
      hint: 'Nothing was started. Choose another choreography or topology.',
    },
  );
}

/**
 * The problems of a plan, one line each; empty for a plan that can be carried out. They are found
 * by simulating only the states of the services. Parallel steps are simulated in the written order.
 * Apis are the exception: those taken away in parallel are away at the same time.
 *
 * @param vhosts The broker's vhosts besides the first one of the plan.
 */
export function validatePlan(plan: Plan, vhosts: readonly string[] = []): readonly string[] {
  const steps = plan.stages.flatMap((stage) => stage.steps);
  const { state, problems } = dryRun(plan, steps, vhosts);
  return [...problems, ...leftUndone(state)];
}
