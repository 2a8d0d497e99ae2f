import type { LabAccess } from '../subject.ts';
import type { Login, Token } from '../../infra/keystone.ts';
import { REGION } from '../../infra/keystone.ts';
import type { Secrets } from '../../infra/secrets.ts';
import { HEAT_DOMAIN, HEAT_DOMAIN_ADMIN, HEAT_USER } from './config.ts';

const DEMO = 'demo';

export function adminLogin(secrets: Secrets): Login {
  return { user: 'admin', password: secrets.keystoneAdmin, project: 'admin' };
}
/** A user without administrator's rights: what the load is sent as. */
export function demoLogin(secrets: Secrets): Login {
  return { user: DEMO, password: secrets.demo, project: DEMO };
}

/**
 * Makes what Heat needs in Keystone (Heat's install guide): its service user, the domain for
 * stack users with an administrator of its own, the two roles, services and endpoints; and a
 * project with an ordinary user for the load.
 */
export async function seedKeystone(lab: LabAccess): Promise<void> {
  const { keystone, secrets } = lab;
  const token = await keystone.token(adminLogin(secrets));
  const create = (collection: string, entity: string, attributes: object): Promise<string> =>
    keystone.create(token, collection, entity, attributes);
  const inDefault = { domain_id: 'default' };
  const [admin, service, domain, demoProject, owner, member] = await Promise.all([
    keystone.idOf(token, 'roles', 'admin'),
    create('projects', 'project', { name: 'service', ...inDefault }),
    create('domains', 'domain', { name: HEAT_DOMAIN }),
    create('projects', 'project', { name: DEMO, ...inDefault }),
    create('roles', 'role', { name: 'heat_stack_owner' }),
    keystone.idOf(token, 'roles', 'member'),
    create('roles', 'role', { name: 'heat_stack_user' }),
  ]);
  const [heat, domainAdmin, demo, serviceRole] = await Promise.all([
    create('users', 'user', { name: HEAT_USER, password: secrets.subjectUser, ...inDefault }),
    create('users', 'user', {
      name: HEAT_DOMAIN_ADMIN,
      password: secrets.domainAdmin,
      domain_id: domain,
    }),
    create('users', 'user', { name: DEMO, password: secrets.demo, ...inDefault }),
    roleNamed(lab, token, 'service'),
  ]);
  const grant = (path: string): Promise<unknown> => keystone.call(token, 'PUT', path);
  await Promise.all([
    grant(`/projects/${service}/users/${heat}/roles/${admin}`),
    grant(`/projects/${service}/users/${heat}/roles/${serviceRole}`),
    grant(`/domains/${domain}/users/${domainAdmin}/roles/${admin}`),
    grant(`/projects/${demoProject}/users/${demo}/roles/${member}`),
    grant(`/projects/${demoProject}/users/${demo}/roles/${owner}`),
    endpoints(lab, token, 'orchestration', 'heat', 'http://haproxy:8004/v1/%(tenant_id)s'),
    endpoints(lab, token, 'cloudformation', 'heat-cfn', 'http://haproxy:8000/v1'),
  ]);
}

/** Keystone's bootstrap makes the role `service` from 2023.2 on. */
async function roleNamed(lab: LabAccess, token: Token, name: string): Promise<string> {
  try {
    return await lab.keystone.idOf(token, 'roles', name);
  } catch {
    return lab.keystone.create(token, 'roles', 'role', { name });
  }
}

async function endpoints(
  lab: LabAccess,
  token: Token,
  type: string,
  name: string,
  url: string,
): Promise<void> {
  const service = await lab.keystone.create(token, 'services', 'service', { type, name });
  await Promise.all(
    ['public', 'internal', 'admin'].map((kind) =>
      lab.keystone.create(token, 'endpoints', 'endpoint', {
        interface: kind,
        region_id: REGION,
        service_id: service,
        url,
      }),
    ),
  );
}
