import type { IdentityPlan } from '../../../infra/identity.ts';
import type { Login } from '../../../infra/keystone.ts';
import type { Secrets } from '../../../infra/secrets.ts';
import { grant, project, role, service, user } from '../../identity-entities.ts';
import { DESIGNATE_USER } from './config.ts';

const DEMO = 'demo';
/** A project of the same user that has the standing zone and never another. */
const STANDING = 'demo-standing';

/** The owner of the zones that the load makes: a member of a project may (designate/common/policies/zone.py). */
export function ownerLogin(secrets: Secrets): Login {
  return { user: DEMO, password: secrets.demo, project: DEMO };
}

/** The same user where the standing zone is: what the probes ask as. */
export function standingLogin(secrets: Secrets): Login {
  return { ...ownerLogin(secrets), project: STANDING };
}

/** What Designate needs in Keystone (its install guide), and two projects for the load. */
export function designateIdentity(secrets: Secrets): IdentityPlan {
  return {
    entities: [
      ...['admin', 'member', 'service'].map(role),
      project('service'),
      project(DEMO),
      project(STANDING),
      user(DESIGNATE_USER, secrets.subjectUser, 'default'),
      user(DEMO, secrets.demo, 'default'),
      ...service('dns', 'designate', 'http://haproxy:9001'),
    ],
    grants: [
      grant('admin', DESIGNATE_USER, 'project service'),
      grant('service', DESIGNATE_USER, 'project service'),
      ...[DEMO, STANDING].map((name) => grant('member', DEMO, `project ${name}`)),
    ],
  };
}
