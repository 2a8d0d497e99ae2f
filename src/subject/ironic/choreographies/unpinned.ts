import { swapGently } from '../../../plan/choreographies/parts/drained.ts';
import { nodesInTurn } from '../../../plan/choreographies/parts/nodes-in-turn.ts';
import type { Choreography } from '../../../plan/draft.ts';
import { migrateData } from './migrate-data.ts';

/** The mistake that Ironic's upgrade guide warns about: one node after another, without a pin. */
export const unpinned: Choreography = {
  name: 'unpinned',
  summary: 'one node after another, conductor then drained API, without a pin: the guide’s mistake',
  stages: (roll) => [...nodesInTurn(roll, ['engine', 'api'], swapGently), migrateData],
};
