import type { Disruption } from '../verdict/schema/verdict.ts';

/** Appended to a disruption's length if it did not end with a served request. */
export function endInWords({
  recovered,
  unasked,
}: Pick<Disruption, 'recovered' | 'unasked'>): string {
  if (unasked !== undefined) return ` (then nothing was sent for ${unasked.toFixed(1)} s)`;
  return recovered ? '' : ' (to the end)';
}
