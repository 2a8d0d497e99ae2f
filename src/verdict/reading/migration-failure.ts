import type { StepInterval } from '../history/steps.ts';
import { headlined } from '../words/wording.ts';
import { lostInfrastructure } from './lab-lost.ts';
import type { Reading } from './reading.ts';

/** What could not be done, by the kind of the step that migrates. */
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
 * Why the target's schema or data could not be moved, a sentence for each time it was tried. That is the
 * upgrade's failure; any other error of such a step, say that its container did not come up, is
 * the harness's.
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
