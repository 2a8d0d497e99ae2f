import { administrator, KEYSTONE_PORT, REGION } from '../../../infra/keystone.ts';
import type { Secrets } from '../../../infra/secrets.ts';
import { ownerLogin } from '../../identity/owner.ts';
import { HIDDEN_STACK_TAG } from './config.ts';

/**
 * tempest.conf for heat-tempest-plugin with Heat and Keystone alone
 * (heat_tempest_plugin/config.py). Without domains its tests say "No auth_url configured". The
 * tests poll stacks every second: the default of 4 s is most of a small test's time.
 */
export function tempestConf(secrets: Secrets): string {
  const keystone = `http://keystone:${KEYSTONE_PORT}/v3`;
  const admin = administrator(secrets);
  const user = ownerLogin(secrets);
  return [
    '[DEFAULT]',
    'log_dir = /tmp',
    '[identity]',
    'auth_version = v3',
    `uri_v3 = ${keystone}`,
    `region = ${REGION}`,
    '[auth]',
    `admin_username = ${admin.user}`,
    `admin_password = ${admin.password}`,
    `admin_project_name = ${admin.project}`,
    'admin_domain_name = Default',
    '[heat_plugin]',
    `auth_url = ${keystone}`,
    'auth_version = 3',
    `username = ${user.user}`,
    `password = ${user.password}`,
    `project_name = ${user.project}`,
    `admin_username = ${admin.user}`,
    `admin_password = ${admin.password}`,
    `admin_project_name = ${admin.project}`,
    `region = ${REGION}`,
    'user_domain_id = default',
    'project_domain_id = default',
    'build_interval = 1',
    'build_timeout = 120',
    `hidden_stack_tag = ${HIDDEN_STACK_TAG}`,
    '',
  ].join('\n');
}
