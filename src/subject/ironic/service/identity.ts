import type { IdentityPlan } from '../../../infra/identity.ts';
import type { Secrets } from '../../../infra/secrets.ts';
import { identityOf } from '../../identity/owner.ts';
import { IRONIC_USER } from './config.ts';

/**
 * What Ironic needs in Keystone. A project's administrator may enrol nodes of the project and delete
 * them again (ironic/common/policy.py, `baremetal:node:create:self_owned_node`); a mere member may
 * not.
 */
export function ironicIdentity(secrets: Secrets): IdentityPlan {
  return identityOf(
    {
      user: IRONIC_USER,
      service: ['baremetal', 'ironic', 'http://haproxy:6385'],
      ownerRole: 'admin',
    },
    secrets,
  );
}
