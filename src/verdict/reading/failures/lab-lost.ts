import type { StepInterval } from '../../history/steps.ts';
import type { Reading } from '../reading.ts';

/** Exit statuses of a server that was stopped or killed, and did not crash. */
const ENDED_FROM_OUTSIDE: readonly (number | null)[] = [0, 137, 143];

/**
 * Whether infrastructure was stopped or killed from outside before the end of a step: the container
 * engine was stopped, or another program removed a container. Without it no service of the target
 * can serve and no migration can end, so a failure of the step says nothing about the target.
 */
export function lostInfrastructure(
  { from, to }: Pick<StepInterval, 'from' | 'to'>,
  { outages }: Pick<Reading, 'outages'>,
): boolean {
  return outages.some(
    (outage) =>
      outage.life === null &&
      outage.how === 'stopped' &&
      !outage.intended &&
      ENDED_FROM_OUTSIDE.includes(outage.exitCode) &&
      outage.from <= (to ?? Infinity) &&
      outage.to >= (from ?? 0),
  );
}
