import type { Clause } from '../verdict.ts';
import { notProven } from './clause.ts';

/** No slowdown that a user would notice. */
export function zeroImpactClauses(): readonly Clause[] {
  return [
    notProven(
      { id: 'no-slowdown', title: 'No perceivable slowdown' },
      'Response times are recorded but not yet compared.',
    ),
  ];
}
