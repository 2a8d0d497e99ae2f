import { swapGently } from '../../../plan/choreographies/parts/drained.ts';
import { nodesInTurn } from '../../../plan/choreographies/parts/nodes-in-turn.ts';
import type { Choreography } from '../../../plan/draft.ts';
import { migrateData } from './migrate-data.ts';

/** The mistake that Ironic's upgrade guide warns about: one node after another, without a pin. */
export const unpinned: Choreography = {
  name: 'unpinned',
  summary: 'a node after the other, conductor then drained API, and no pin: the guide’s mistake',
  stages: (roll) => [...nodesInTurn(roll, ['engine', 'api'], swapGently), migrateData],
};
