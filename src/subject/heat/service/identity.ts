import { apiScheme } from '../../../infra/authority.ts';
import type { IdentityPlan } from '../../../infra/identity.ts';
import type { Login } from '../../../infra/keystone.ts';
import type { Secrets } from '../../../infra/secrets.ts';
import type { WithServers } from '../../../scenario/topology/infrastructure.ts';
import { domain, grant, project, role, service, user } from '../../identity/entities.ts';
import { OWNER_NAME, ownerLogin, STANDING, standingLogin } from '../../identity/owner.ts';
import { HEAT_DOMAIN, HEAT_DOMAIN_ADMIN, HEAT_USER } from './config.ts';

/** Another project of the same user, which has no stacks. */
const OTHER = 'demo-other';

/** The same user in another project: nothing of the first project may be visible there. */
export function otherLogin(secrets: Secrets): Login {
  return { ...ownerLogin(secrets), project: OTHER };
}

/** Users with less rights in the project of the standing stacks, and their roles. */
const READER = { name: 'demo-reader', role: 'reader' };
const GUEST = { name: 'demo-guest', role: 'heat_stack_user' };

/** May read what the project has, and change nothing. */
export function readerLogin(secrets: Secrets): Login {
  return { ...standingLogin(secrets), user: READER.name };
}

/** As an instance of a stack: may read metadata and send signals. */
export function guestLogin(secrets: Secrets): Login {
  return { ...standingLogin(secrets), user: GUEST.name };
}

/** Heat's own user, which is an administrator. */
export function adminLogin(secrets: Secrets): Login {
  return { user: HEAT_USER, password: secrets.subjectUser, project: 'service' };
}

/**
 * Heat's entries in Keystone (Heat's install guide): its service user, the domain for stack users
 * with its own administrator, the two roles, services and endpoints. The load adds three projects
 * of an ordinary user, and two users with less rights.
 */
export function heatIdentity(secrets: Secrets, topology: WithServers): IdentityPlan {
  const balancer = `${apiScheme(topology)}://haproxy`;
  return {
    entities: [
      // Keystone's bootstrap makes the roles admin, member and reader, and from 2023.2 on service.
      ...['admin', 'member', 'reader', 'service', 'heat_stack_owner', 'heat_stack_user'].map(role),
      domain(HEAT_DOMAIN),
      project('service'),
      project(OWNER_NAME),
      project(STANDING),
      project(OTHER),
      user(HEAT_USER, secrets.subjectUser, 'default'),
      user(HEAT_DOMAIN_ADMIN, secrets.domainAdmin, { idOf: `domain ${HEAT_DOMAIN}` }),
      user(OWNER_NAME, secrets.demo, 'default'),
      ...[READER, GUEST].map(({ name }) => user(name, secrets.demo, 'default')),
      ...service('orchestration', 'heat', `${balancer}:8004/v1/%(tenant_id)s`),
      ...service('cloudformation', 'heat-cfn', `${balancer}:8000/v1`),
    ],
    grants: [
      grant('admin', HEAT_USER, 'project service'),
      grant('service', HEAT_USER, 'project service'),
      grant('admin', HEAT_DOMAIN_ADMIN, `domain ${HEAT_DOMAIN}`),
      ...[OWNER_NAME, STANDING, OTHER].flatMap((name) => [
        grant('member', OWNER_NAME, `project ${name}`),
        grant('heat_stack_owner', OWNER_NAME, `project ${name}`),
      ]),
      ...[READER, GUEST].map(({ name, role }) => grant(role, name, `project ${STANDING}`)),
    ],
  };
}
