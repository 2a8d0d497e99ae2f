import type { Choreography } from '../draft.ts';
import { stoppedAndStarted } from './parts/at-once.ts';

/**
 * The cold upgrade of upstream's guide: all services are down while the schema is migrated. APIs
 * stop first and start last, so that no request is accepted while there is no engine to take it.
 */
export const cold: Choreography = {
  name: 'cold',
  summary: 'everything stopped, the schema migrated, everything started',
  outage: true,
  stages: ({ apis, engines, baseVhost }) => stoppedAndStarted([apis, engines], baseVhost),
};
