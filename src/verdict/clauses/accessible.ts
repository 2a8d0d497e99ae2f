import type { Reading } from '../reading.ts';
import type { Clause } from '../verdict.ts';
import { notProven } from './clause.ts';

/** What the upgrade must leave reachable. */
export function accessibleClauses({ start }: Reading): readonly Clause[] {
  return [
    notProven(
      { id: 'resources-reachable', title: 'Controlled resources stay reachable throughout' },
      `The workload’s resources live inside ${start.subject}; nothing outside it was there to be reached.`,
    ),
  ];
}
