import { headlined } from '../words/wording.ts';
import type { Reading } from './reading.ts';

/**
 * Why the target's schema could not be moved, a sentence for each time it was tried. That is the
 * upgrade's failure; any other error of such a step, say that its container did not come up, is
 * the harness's.
 */
export function migrationFailures({ steps }: Reading): readonly string[] {
  return steps.all.flatMap(({ id, name, kind, status, error }) =>
    kind === 'db-sync' && status === 'failed' && error?.code === 'migration-failed'
      ? [`The schema could not be moved (step ${id}, ${name}): ${headlined(error.message)}`]
      : [],
  );
}
