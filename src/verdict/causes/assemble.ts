import { brokenUpgradeCauses, failureCauses } from './failures.ts';
import { logCauses } from './logs.ts';
import { lostRequestCauses } from './lost-requests.ts';
import { noiseCauses } from './noise.ts';
import { outageCauses } from './outages.ts';
import type { Reading } from '../reading/reading.ts';
import { ranked } from '../rank.ts';
import { sharingCauses } from './sharing.ts';
import { stuckCauses } from './stuck-operations.ts';
import type { Cause } from '../schema/verdict.ts';

/** What went wrong, grouped into as few causes as explain it; the first explains the most. */
export function findCauses(reading: Reading): readonly Cause[] {
  const stuck = stuckCauses(reading);
  const causes = [
    ...brokenUpgradeCauses(reading),
    ...failureCauses(reading),
    ...stuck.causes,
    ...sharingCauses(reading),
    ...outageCauses(reading),
    ...lostRequestCauses(reading),
    ...noiseCauses(reading),
    ...logCauses(reading, stuck.explained),
  ];
  return ranked(causes, reading);
}
