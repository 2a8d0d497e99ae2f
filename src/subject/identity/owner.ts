import type { IdentityPlan } from '../../infra/identity.ts';
import type { Login } from '../../infra/keystone.ts';
import type { Secrets } from '../../infra/secrets.ts';
import { grant, project, role, service, user } from './entities.ts';

/** The user of the load, and its project. */
export const OWNER_NAME = 'demo';
/** A project of the same user that has only the standing object. */
export const STANDING = 'demo-standing';

/** The owner of the load's objects. */
export function ownerLogin(secrets: Secrets): Login {
  return { user: OWNER_NAME, password: secrets.demo, project: OWNER_NAME };
}

/** The same user in the project of the standing object, for the probes. */
export function standingLogin(secrets: Secrets): Login {
  return { ...ownerLogin(secrets), project: STANDING };
}

export interface SubjectIdentity {
  /** Its service user. */
  readonly user: string;
  /** Its type in Keystone's catalogue, its name and its address. */
  readonly service: readonly [type: string, name: string, url: string];
  /** The role with which a user may make and remove objects of a project. */
  readonly ownerRole: string;
}

/** What an OpenStack service needs in Keystone (its install guide), and two projects for the load. */
export function identityOf(subject: SubjectIdentity, secrets: Secrets): IdentityPlan {
  return {
    entities: [
      // Keystone's bootstrap makes the roles admin and member, and from 2023.2 on service.
      ...['admin', 'member', 'service'].map(role),
      project('service'),
      project(OWNER_NAME),
      project(STANDING),
      user(subject.user, secrets.subjectUser, 'default'),
      user(OWNER_NAME, secrets.demo, 'default'),
      ...service(...subject.service),
    ],
    grants: [
      grant('admin', subject.user, 'project service'),
      grant('service', subject.user, 'project service'),
      ...[OWNER_NAME, STANDING].map((name) =>
        grant(subject.ownerRole, OWNER_NAME, `project ${name}`),
      ),
    ],
  };
}
