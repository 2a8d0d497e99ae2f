import { killedError, wasKilled } from '../../containers/killed.ts';
import { RollgateError } from '../../errors.ts';
import { parseRan } from '../../observe/logs/ran.ts';
import type { ReleaseRef } from '../../release/release.ts';
import { networkName } from '../labels.ts';
import { migrationSpec } from '../specs.ts';
import type { PlacedMigration, ReachableLab } from './reachable-lab.ts';

const MIGRATE_SECONDS = 300;

/**
 * Runs a release's migration in a separate container.
 *
 * @returns Its output.
 * @throws RollgateError `migration-failed` with the last lines of its output.
 */
export async function runMigration(
  lab: ReachableLab & Parameters<typeof migrationSpec>[0],
  command: readonly string[],
  release: ReleaseRef,
  { vhost, side, migrateSeconds = MIGRATE_SECONDS }: PlacedMigration,
  signal?: AbortSignal,
): Promise<string> {
  const name = `${command.join(' ')} of ${release.series}`;
  const ran = lab.engine.run(
    {
      ...migrationSpec(lab, { image: release.image, vhost, side }),
      command,
      name: `rollgate-${lab.name}-db-sync`,
      network: networkName(lab.name),
      labels: lab.labels,
      readySeconds: migrateSeconds,
    },
    signal,
  );
  const { exitCode, output } = await ran.catch((error: unknown) => {
    if (!(error instanceof RollgateError) || error.code !== 'timed-out') throw error;
    throw new RollgateError('migration-failed', `${name} did not end within ${migrateSeconds} s`, {
      hint: 'Of a large database it may need a higher durations.migrateSeconds',
      cause: error,
    });
  });
  if (exitCode !== 0) {
    throw migrationFailed(name, exitCode, output);
  }
  return output;
}

const LAST_LINES = 15;
/** A log line, which does not explain how the command ended. */
const LOGGED = /^\d{4}-\d{2}-\d{2} /;
/** When the last lines are shown, `headlined` finds an exception in them. */
const RAISED = /Error|Exception/;

/**
 * The last lines of a migration's output; the very last line is shown together with how it ended.
 */
export function migrationFailed(name: string, exitCode: number, output: string): RollgateError {
  const lines = output
    .split('\n')
    .filter((line) => line.trim() !== '' && parseRan(line) === undefined);
  if (wasKilled(exitCode)) {
    return killedError(name, exitCode, lines.slice(-LAST_LINES).join('\n'));
  }
  const last = lines.at(-1);
  const said = last !== undefined && !LOGGED.test(last) && !RAISED.test(last);
  const rest = said ? lines.slice(0, -1) : lines;
  return new RollgateError(
    'migration-failed',
    `${name} ended with ${exitCode}${said ? `: ${last}` : ''}`,
    { detail: rest.slice(-LAST_LINES).join('\n') },
  );
}
