import type { LedgerObject, Operation } from '../../history/ledger.ts';
import type { Life } from '../../history/services/life.ts';
import type { Reading } from '../../reading/reading.ts';

/** Stuck operations of a kind for which only one release got requests. */
const ENOUGH = 2;

/** A stuck operation, and the engine that took the API's call for it. */
export interface Taken {
  readonly operation: Operation;
  readonly engine: Life;
}

/**
 * Finds the operations for which the release of one engine is to blame. Engines of that release
 * took the call of each stuck operation, and completed none of this kind. Engines of the other
 * release completed all that they took. If the other release took none, one stuck operation proves
 * nothing.
 *
 * @param stuck Objects whose halt has no other explanation.
 */
export function takenByOneRelease(
  stuck: readonly LedgerObject[],
  { ledger, answerers }: Pick<Reading, 'ledger' | 'answerers'>,
): ReadonlyMap<LedgerObject, Taken> {
  const labelOf = ({ request }: Operation): string | undefined =>
    answerers.engineOf(request)?.label;
  const found = stuck.flatMap((object): (readonly [LedgerObject, Taken])[] => {
    const operation = object.operations.find(({ outcome }) => outcome === 'stuck');
    const engine = operation && answerers.engineOf(operation.request);
    return operation === undefined || engine === undefined ? [] : [[object, { operation, engine }]];
  });
  const isOneReleases = ({ operation, engine }: Taken): boolean => {
    const alike = ledger.operations.filter(({ action }) => action === operation.action);
    const own = alike.filter((one) => labelOf(one) === engine.label);
    const others = alike.filter((one) => {
      const label = labelOf(one);
      return label !== undefined && label !== engine.label;
    });
    return (
      own.every(({ outcome }) => outcome !== 'completed') &&
      others.every(({ outcome }) => outcome === 'completed') &&
      (others.length > 0 || own.length >= ENOUGH)
    );
  };
  return new Map(found.filter(([, taken]) => isOneReleases(taken)));
}
