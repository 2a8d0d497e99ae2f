import type { Choreography } from '../draft.ts';
import { nodesInTurn } from './parts/nodes-in-turn.ts';

/**
 * Node by node, engine before API, with old and new on one broker vhost. A deployer who skips the
 * guide's new vhost rolls in this way.
 */
export const sharedVhost: Choreography = {
  name: 'shared-vhost',
  summary: 'node by node, engine then API, old and new on one broker vhost',
  stages: (roll) => nodesInTurn(roll, ['engine', 'api']),
};
