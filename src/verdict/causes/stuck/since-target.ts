import type { Operation } from '../../history/ledger.ts';
import type { Reading } from '../../reading/reading.ts';

/**
 * So many operations of the base would have halted at the later rate, and none did. Below this
 * number that may be chance: of 3 expected, none comes in one case of 20.
 */
const EXPECTED_HALTS = 3;

/** Halts that began when the first service of the target served. */
export interface SinceTarget {
  /** When it served, in milliseconds since the start of the run. */
  readonly from: number;
  /** Operations that the base completed before. */
  readonly before: number;
  /** Operations that ended, or halted, later. */
  readonly after: number;
}

/**
 * Whether operations halt only since the target serves: none halted before, although the base
 * completed so many that some would have.
 *
 * @param halts When those halted that nothing else explains, in milliseconds.
 */
export function onlySinceTarget(
  halts: readonly number[],
  { ledger, services }: Pick<Reading, 'ledger' | 'services'>,
): SinceTarget | undefined {
  const from = Math.min(
    ...services.lives.flatMap(({ side, servingAt }) =>
      side === 'target' && servingAt !== null ? [servingAt] : [],
    ),
  );
  if (services.nothingNew || !Number.isFinite(from)) return undefined;
  if (halts.length === 0 || halts.some((at) => at < from)) return undefined;
  const isBefore = ({ settled }: Operation): boolean => settled !== null && settled.at < from;
  const ended = ledger.operations.filter(({ settled }) => settled !== null);
  const before = ended.filter(isBefore);
  const after = ended.length - before.length;
  if (before.some(({ outcome }) => outcome === 'stuck')) return undefined;
  if ((before.length * halts.length) / after < EXPECTED_HALTS) return undefined;
  return { from, before: before.length, after };
}
