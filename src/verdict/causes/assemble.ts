import { failureCauses } from './failures.ts';
import { logCauses } from './logs.ts';
import { lostRequestCauses } from './lost-requests.ts';
import { noiseCauses } from './noise.ts';
import { outageCauses } from './outages.ts';
import type { Reading } from '../reading/reading.ts';
import { sharingCauses } from './sharing.ts';
import { stuckCauses } from './stuck-operations.ts';
import { HARMS, type Cause } from '../schema/verdict.ts';

/** What went wrong, grouped into as few causes as explain it, the most harmful first. */
export function findCauses(reading: Reading): readonly Cause[] {
  const stuck = stuckCauses(reading);
  const causes = [
    ...failureCauses(reading),
    ...stuck.causes,
    ...sharingCauses(reading),
    ...outageCauses(reading),
    ...lostRequestCauses(reading),
    ...noiseCauses(reading),
    ...logCauses(reading, stuck.explained),
  ];
  const firstSwapAt = reading.services.firstSwapAt ?? Infinity;
  /** An error that a log shows before anything was swapped is not the upgrade's. */
  const wasThere = ({ harm, firstAt }: Cause): number =>
    harm === 'log-only' && firstAt < firstSwapAt ? 1 : 0;
  return causes.sort(
    (a, b) =>
      HARMS.indexOf(a.harm) - HARMS.indexOf(b.harm) ||
      wasThere(a) - wasThere(b) ||
      b.count - a.count ||
      a.firstAt - b.firstAt ||
      (a.id < b.id ? -1 : 1),
  );
}
