import { cold } from '../../../plan/choreographies/cold.ts';
import type { Choreography } from '../../../plan/draft.ts';
import { migrateData } from './migrate-data.ts';

/**
 * The offline upgrade of Ironic's upgrade guide: like any cold upgrade, followed by the data
 * migration.
 */
export const offline: Choreography = {
  ...cold,
  summary: `${cold.summary}, the data migrated`,
  stages: (roll) => [...cold.stages(roll), migrateData],
};
