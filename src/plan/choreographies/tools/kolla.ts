import type { Choreography } from '../../draft.ts';
import { recreated } from '../parts/at-once.ts';

/**
 * Kolla-Ansible's default (kolla-ansible, ansible/roles/heat/tasks/upgrade.yml and
 * handlers/main.yml). A bootstrap container migrates the schema. Then the handlers recreate
 * heat-api on every node at once, heat-api-cfn on every node, heat-engine on every node. Nothing is
 * taken out of HAProxy, and the vhost stays.
 */
export const kolla: Choreography = {
  name: 'kolla',
  summary: 'Kolla-Ansible’s default: every container recreated in one batch, a service at a time',
  deployer: 'kolla-ansible',
  outage: true,
  stages: ({ apis, engines, baseVhost }) => {
    const byKind = Map.groupBy([...apis, ...engines], ({ kind }) => kind);
    return [
      { name: 'schema', steps: [{ kind: 'db-sync', side: 'target' }] },
      ...[...byKind].map(([name, targets]) => ({ name, steps: recreated(targets, baseVhost) })),
    ];
  },
};
