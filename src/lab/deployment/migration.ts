import { RollgateError } from '../../errors.ts';
import type { ReleaseRef } from '../../release/release.ts';
import { networkName } from '../labels.ts';
import { migrationSpec } from '../specs.ts';
import type { PlacedMigration, ReachableLab } from './reachable-lab.ts';

const MIGRATE_SECONDS = 300;

/**
 * Runs a release's migration in a container of its own.
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
    throw new RollgateError('migration-failed', `${name} ended with ${exitCode}`, {
      detail: output.split('\n').slice(-15).join('\n'),
    });
  }
  return output;
}
