import type { Verdict } from '../verdict/schema/verdict.ts';

/**
 * The state of the upgrade in which a step ran: `state 1.1: some conductors pinned`. Only stages
 * that are named like this, `NAME: what holds`, are states; the others say no more than the step.
 */
export function stateInWords(
  { steps }: Pick<Verdict, 'steps'>,
  step: string | null,
): string | undefined {
  const stage = steps.find(({ id }) => id === step)?.stage;
  return stage?.includes(': ') === true ? stage : undefined;
}
