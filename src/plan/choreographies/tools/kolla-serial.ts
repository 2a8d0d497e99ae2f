import type { Choreography } from '../../draft.ts';
import { nodesInTurn } from '../parts/nodes-in-turn.ts';

/**
 * Kolla-Ansible with `ANSIBLE_SERIAL=1` (kolla-ansible, ansible/site.yml, `serial: '{{
 * kolla_serial|default("0") }}'`). The plays of a service go node by node. On each the handlers
 * recreate the apis, then the engine (ansible/roles/heat/handlers/main.yml). No drain, one vhost.
 */
export const kollaSerial: Choreography = {
  name: 'kolla-serial',
  summary: 'Kolla-Ansible with serial 1: node by node, APIs then engine, one vhost, no drain',
  deployer: 'kolla-ansible',
  stages: (roll) => nodesInTurn(roll, ['api', 'engine']),
};
