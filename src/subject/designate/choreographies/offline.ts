import { cold } from '../../../plan/choreographies/cold.ts';
import { stoppedAndStarted } from '../../../plan/choreographies/parts/at-once.ts';
import type { Choreography } from '../../../plan/draft.ts';
import { apart } from './apart.ts';

/**
 * Like any cold upgrade. The centrals stop last and start first, because the other services call
 * them from their start to their end.
 */
export const offline: Choreography = {
  ...cold,
  summary: 'everything stopped, the schema migrated, everything started: centrals last and first',
  stages: ({ apis, engines, baseVhost }) => {
    const { centrals, others } = apart(engines);
    return stoppedAndStarted([apis, others, centrals], baseVhost);
  },
};
