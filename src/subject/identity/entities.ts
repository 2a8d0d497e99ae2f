import type { IdentityEntity, IdentityPlan } from '../../infra/identity.ts';
import { REGION } from '../../infra/keystone.ts';

/** A role by its name. */
export function role(name: string): IdentityEntity {
  return { key: `role ${name}`, collection: 'roles', identity: { name } };
}

/** A domain by its name. */
export function domain(name: string): IdentityEntity {
  return { key: `domain ${name}`, collection: 'domains', identity: { name } };
}

/** A project of the default domain. */
export function project(name: string): IdentityEntity {
  return {
    key: `project ${name}`,
    collection: 'projects',
    identity: { name, domain_id: 'default' },
  };
}

/** A user with a password, in the default domain or in one that is made together with it. */
export function user(
  name: string,
  password: string,
  domain_id: IdentityEntity['identity'][string],
): IdentityEntity {
  return {
    key: `user ${name}`,
    collection: 'users',
    identity: { name, domain_id },
    attributes: { password },
  };
}

/** A service with its endpoints, all on the load balancer. */
export function service(type: string, name: string, url: string): readonly IdentityEntity[] {
  const key = `service ${name}`;
  return [
    { key, collection: 'services', identity: { type, name } },
    ...['public', 'internal', 'admin'].map((face): IdentityEntity => ({
      key: `${face} endpoint of ${name}`,
      collection: 'endpoints',
      identity: { service_id: { idOf: key }, interface: face, region_id: REGION },
      attributes: { url },
    })),
  ];
}

/** A role of a user on a project or a domain, by their keys. */
export function grant(role: string, user: string, on: string): IdentityPlan['grants'][number] {
  return { role: `role ${role}`, user: `user ${user}`, on };
}
