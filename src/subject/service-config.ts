import type { Section } from '../infra/ini.ts';
import { KEYSTONE_PORT } from '../infra/keystone.ts';
import { tokenCache } from '../infra/memcached.ts';
import type { Secrets } from '../infra/secrets.ts';
import type { FilesOptions } from './subject.ts';

/** Keystone within the lab. */
export const KEYSTONE_URL = `http://keystone:${KEYSTONE_PORT}`;

/** The subject's database within the lab, as SQLAlchemy names it. */
export function databaseUrl(database: string, { subjectDatabase }: Secrets): string {
  return `mysql+pymysql://${database}:${subjectDatabase}@mysql/${database}?charset=utf8`;
}

/** How keystoneauth logs a service's own user in. */
export function serviceLogin(user: string, { subjectUser }: Secrets): Section {
  return {
    auth_url: KEYSTONE_URL,
    auth_type: 'password',
    username: user,
    password: subjectUser,
    project_name: 'service',
    user_domain_name: 'Default',
    project_domain_name: 'Default',
  };
}

/** How keystonemiddleware checks tokens: as the service's own user. */
export function keystoneAuthtoken(
  user: string,
  secrets: Secrets,
  servers: FilesOptions['servers'],
): Section {
  return {
    www_authenticate_uri: KEYSTONE_URL,
    ...serviceLogin(user, secrets),
    service_token_roles_required: true,
    ...tokenCache(servers),
  };
}
