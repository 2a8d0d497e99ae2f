import { BASE_FAILS } from '../../history/base/failures.ts';
import type { Reading } from '../reading.ts';
import { rollbackFailures } from '../rollback.ts';
import { migrationFailures } from './migration-failure.ts';
import { startFailures } from './start-failure.ts';

/** Errors that are the project's own upgrade script's, and not the harness's. */
const OWN_FAILURES: readonly string[] = [
  'script-failed',
  'script-left-undone',
  'roll-failed',
  'until-failed',
  'driver-failed',
  'not-served-again',
  'too-many-lost',
];

/**
 * Why the upgrade broke, if it did: a service of the target, a migration or the rollback failed.
 */
export function upgradeBreaks(reading: Reading): readonly string[] {
  return [
    ...startFailures(reading),
    ...migrationFailures(reading).map(({ text }) => text),
    ...rollbackFailures(reading),
  ];
}

/** Whether the run ended with an error of the user's own upgrade script or driver. */
export function ownScriptFailed({ finish }: Reading): boolean {
  return finish?.outcome === 'failed' && OWN_FAILURES.includes(finish.error?.code ?? '');
}

/** Whether the run ended before anything was upgraded, because the base failed by itself. */
export function baseFailed({ finish }: Reading): boolean {
  return finish?.outcome === 'failed' && finish.error?.code === BASE_FAILS;
}

/**
 * Whether the harness broke the run off. Its losses may be due to the harness, or to a lab that
 * disappeared, so they fail no tag.
 */
export function harnessFailed(reading: Reading): boolean {
  return (
    reading.finish?.outcome === 'failed' &&
    upgradeBreaks(reading).length === 0 &&
    !ownScriptFailed(reading) &&
    !baseFailed(reading) &&
    !waitedForHarm(reading)
  );
}

/**
 * Whether the run waited to its limit for operations after the subject had done harm. The lab was
 * there, and the harness did all of its steps before, so the harm counts.
 */
export function waitedForHarm({ finish, ledger, overloadedWork, api }: Reading): boolean {
  if (finish?.error?.code !== 'not-settled') return false;
  const broken = ledger.operations.filter(({ outcome }) =>
    ['stuck', 'failed', 'lost'].includes(outcome),
  );
  return api.failed > 0 || broken.some((operation) => overloadedWork(operation) === undefined);
}
