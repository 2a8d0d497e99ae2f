import type { Plan } from '../plan.ts';
import { walkSteps } from '../walk.ts';

/** Whether checks of a plan run in a container in the lab's network. */
export function needsClient(plan: Plan): boolean {
  const checks = [...walkSteps(plan)].flatMap((step) => {
    if (step.kind === 'script') return step.checks;
    return step.kind === 'check' ? [step] : [];
  });
  return checks.some(({ check }) => ['tempest', 'grenade'].includes(check.check));
}
