import type { Choreography } from '../draft.ts';
import { swapGently } from './parts/drained.ts';
import { backlogStays, ONE_VHOST } from './parts/gentle-stop.ts';
import { nodesInTurn } from './parts/nodes-in-turn.ts';

/**
 * rollgate's own, for releases that speak the same RPC: one whole node and then the next, on one
 * vhost. While half of the nodes are at the target, every pair meets. New APIs call old engines,
 * old APIs call new ones, and engines of both releases share their work. Like `gentle-in-place` it
 * loses nothing by itself.
 */
export const nodeByNode: Choreography = {
  name: 'node-by-node',
  summary:
    'one node after another on one vhost, engine then drained API: old and new meet in every pair',
  config: backlogStays,
  sameRpc: ONE_VHOST,
  stages: (roll) => nodesInTurn(roll, ['engine', 'api'], swapGently),
};
