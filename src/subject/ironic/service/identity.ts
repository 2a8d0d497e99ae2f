import type { IdentityPlan } from '../../../infra/identity.ts';
import type { Login } from '../../../infra/keystone.ts';
import type { Secrets } from '../../../infra/secrets.ts';
import { grant, project, role, service, user } from '../../identity-entities.ts';
import { IRONIC_USER } from './config.ts';

const DEMO = 'demo';
/** A project of the same user that has the standing node and never another. */
const STANDING = 'demo-standing';

/**
 * The owner of the nodes that the load enrols. A project's administrator may enrol nodes of the
 * project and delete them again (ironic/common/policy.py, `baremetal:node:create:self_owned_node`);
 * a mere member may not.
 */
export function ownerLogin(secrets: Secrets): Login {
  return { user: DEMO, password: secrets.demo, project: DEMO };
}

/** The same user where the standing node is: what the probes ask as. */
export function standingLogin(secrets: Secrets): Login {
  return { ...ownerLogin(secrets), project: STANDING };
}

/** What Ironic needs in Keystone (its install guide), and two projects for the load. */
export function ironicIdentity(secrets: Secrets): IdentityPlan {
  return {
    entities: [
      ...['admin', 'member', 'service'].map(role),
      project('service'),
      project(DEMO),
      project(STANDING),
      user(IRONIC_USER, secrets.subjectUser, 'default'),
      user(DEMO, secrets.demo, 'default'),
      ...service('baremetal', 'ironic', 'http://haproxy:6385'),
    ],
    grants: [
      grant('admin', IRONIC_USER, 'project service'),
      grant('service', IRONIC_USER, 'project service'),
      ...[DEMO, STANDING].map((name) => grant('admin', DEMO, `project ${name}`)),
    ],
  };
}
