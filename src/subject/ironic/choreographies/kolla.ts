import { recreated } from '../../../plan/choreographies/parts/at-once.ts';
import type { Choreography } from '../../../plan/draft.ts';
import { migrateData } from './migrate-data.ts';

/**
 * Kolla-Ansible (ansible/roles/ironic/tasks/upgrade.yml, bootstrap_service.yml, handlers/main.yml).
 * It waits until no node is in a wait state, and moves the schema. It recreates every conductor at
 * once, then every API, and migrates the data. Nothing is drained. Its `ironic_pin_release_version`
 * is read by no template: ironic.conf.j2 asks for `pin_release_version` (1a681814e).
 *
 * The wait is left out: a node of fake hardware is never in a wait state.
 */
export const kolla: Choreography = {
  name: 'kolla',
  summary: 'Kolla-Ansible’s way: all conductors recreated in one batch, then all APIs, and no pin',
  outage: true,
  stages: ({ apis, engines, baseVhost }) => [
    { name: 'schema', steps: [{ kind: 'db-sync', side: 'target' }] },
    { name: 'conductors', steps: recreated(engines, baseVhost) },
    { name: 'apis', steps: recreated(apis, baseVhost) },
    migrateData,
  ],
};
