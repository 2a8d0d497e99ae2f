import type { IdentityPlan } from '../../../infra/identity.ts';
import type { Secrets } from '../../../infra/secrets.ts';
import { identityOf } from '../../identity/owner.ts';
import { DESIGNATE_USER } from './config.ts';

/**
 * What Designate needs in Keystone. A member of a project may make zones of it
 * (designate/common/policies/zone.py).
 */
export function designateIdentity(secrets: Secrets): IdentityPlan {
  return identityOf(
    {
      user: DESIGNATE_USER,
      service: ['dns', 'designate', 'http://haproxy:9001'],
      ownerRole: 'member',
    },
    secrets,
  );
}
