import type { StepInterval } from '../../history/steps.ts';
import type { Reading } from '../reading.ts';
import { headlined } from './headlined.ts';
import { lostInfrastructure } from './lab-lost.ts';

/** The failed action, by the kind of the migrating step. */
const WHAT: ReadonlyMap<string, string> = new Map([
  ['db-sync', 'The schema could not be moved'],
  ['migrate-data', 'The data could not be migrated'],
]);

/** A step in which a migration failed. */
export interface MigrationFailure {
  readonly step: StepInterval;
  readonly text: string;
}

/**
 * Why the target's schema or data could not be migrated, one sentence for each attempt. This is a
 * failure of the upgrade. Any other error of such a step, for example a container that did not
 * start, is a failure of the harness.
 */
export function migrationFailures(reading: Reading): readonly MigrationFailure[] {
  return reading.steps.all.flatMap((step) => {
    const { id, name, kind, status, error } = step;
    const what = WHAT.get(kind);
    return what !== undefined &&
      status === 'failed' &&
      error?.code === 'migration-failed' &&
      !lostInfrastructure(step, reading)
      ? [{ step, text: `${what} (step ${id}, ${name}): ${headlined(error.message)}` }]
      : [];
  });
}
