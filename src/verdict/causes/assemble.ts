import { BASE_FAILS } from '../history/base/failures.ts';
import type { Reading } from '../reading/reading.ts';
import type { Cause } from '../schema/verdict.ts';
import { baseCauses } from './base.ts';
import { checkCauses } from './checks.ts';
import { failedObjects } from './failed-objects.ts';
import { brokenUpgradeCauses, failureCauses } from './failures.ts';
import { withKey, type FoundCause } from './found.ts';
import { logCauses } from './logs.ts';
import { overloadedWork } from './overloaded-work.ts';
import { ranked } from './rank.ts';
import { refusedDeletionCauses } from './refused-deletions.ts';
import { lockedTableCauses } from './requests/locked-tables.ts';
import { lostRequestCauses } from './requests/lost-requests.ts';
import { noiseCauses } from './requests/noise.ts';
import { outageCauses } from './requests/outages.ts';
import { sharingCauses } from './requests/sharing.ts';
import { slowerCauses } from './requests/slower.ts';
import { tokenCauses } from './requests/tokens.ts';
import { stuckCauses } from './stuck/stuck-causes.ts';
import { appetiteCauses, lateCauses, unstoppedCauses } from './target-services.ts';

/**
 * Everything that went wrong, grouped into as few causes as explain it. The base's own failures
 * before the roll come first, then the causes that explain the most.
 */
export function findCauses(reading: Reading): readonly Cause[] {
  const stuck = stuckCauses(reading);
  const failed = failedObjects(reading);
  const overloaded = overloadedWork(reading);
  const causes = [
    ...baseCauses(reading),
    ...brokenUpgradeCauses(reading),
    ...failureCauses(reading),
    ...failed.causes,
    ...stuck.causes,
    ...sharingCauses(reading),
    ...outageCauses(reading),
    ...lockedTableCauses(reading),
    ...lostRequestCauses(reading),
    ...tokenCauses(reading),
    ...refusedDeletionCauses(reading),
    ...slowerCauses(reading),
    ...checkCauses(reading),
    ...appetiteCauses(reading),
    ...unstoppedCauses(reading),
    ...lateCauses(reading),
    ...overloaded.causes,
    ...noiseCauses(reading),
    ...logCauses(
      reading,
      new Set([...stuck.explained, ...failed.explained, ...overloaded.explained]),
    ),
  ];
  const inOrder = ranked(
    causes.map((cause) => withKey(withLeftRows(cause, reading), reading)),
    reading,
  );
  const ofBase = ({ kind }: Cause): boolean => kind === BASE_FAILS;
  return [...inOrder.filter(ofBase), ...inOrder.filter((cause) => !ofBase(cause))];
}

/** With the rows that its lost requests left in the database, as evidence. */
function withLeftRows(cause: FoundCause, { api, leftRows }: Reading): FoundCause {
  const left = leftRows.inWords(api.lost.filter(({ causeId }) => causeId === cause.id));
  return left === undefined ? cause : { ...cause, evidence: [...cause.evidence, left] };
}
