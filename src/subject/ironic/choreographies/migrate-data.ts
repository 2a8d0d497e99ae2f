import type { DraftStage } from '../../../plan/draft.ts';

/**
 * The last step of an upgrade of Ironic (doc/source/admin/upgrade-guide.rst). According to the
 * guide, the next release's schema is refused without it.
 */
export const migrateData: DraftStage = {
  name: 'online data migrations',
  steps: [{ kind: 'migrate-data', side: 'target' }],
};
