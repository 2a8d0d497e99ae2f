import type { LedgerObject, Operation } from '../../history/ledger.ts';
import type { Life } from '../../history/versions.ts';
import type { Reading } from '../../reading/reading.ts';

/** Stuck operations of a kind that only one release was asked for. */
const ENOUGH = 2;

/** An operation that is stuck, and the engine that took the API's call for it. */
export interface Taken {
  readonly operation: Operation;
  readonly engine: Life;
}

/**
 * Finds the operations for which the release of one engine is to blame: engines of that release had
 * taken the call for each that is stuck, they completed none of this kind, and engines of the other
 * release completed all that they took. Where these took none, one stuck operation proves nothing.
 *
 * @param stuck Objects whose halt nothing else explains.
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
