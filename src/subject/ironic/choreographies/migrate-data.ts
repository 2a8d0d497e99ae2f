import type { DraftStage } from '../../../plan/draft.ts';

/**
 * What an upgrade of Ironic ends with (doc/source/admin/upgrade-guide.rst): without it the next
 * release's schema is said to be refused.
 */
export const migrateData: DraftStage = {
  name: 'online data migrations',
  steps: [{ kind: 'migrate-data', side: 'target' }],
};
