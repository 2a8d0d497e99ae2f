import { RollgateError } from '../errors.ts';
import type { Keystone, Login, Token } from './keystone.ts';

/** Text, or the id of an earlier entity of the plan. */
export type IdentityValue = string | { readonly idOf: string };
type Values = Readonly<Record<string, IdentityValue>>;

/** Something that has to be in Keystone. */
export interface IdentityEntity {
  /** Its name in the rest of the plan. */
  readonly key: string;
  readonly collection: 'domains' | 'projects' | 'roles' | 'users' | 'services' | 'endpoints';
  /** The attributes that identify it within its collection, used to look it up. */
  readonly identity: Values;
  /** The other attributes that it is created with. */
  readonly attributes?: Values;
}

/** A role of a user on a project or a domain, each by its key. */
export interface IdentityGrant {
  readonly role: string;
  readonly user: string;
  readonly on: string;
}

/**
 * A subject's entries in Keystone, as data: `ensureIdentity` creates them for a lab, and
 * lab/compose/ensure-identity.py does so without rollgate.
 */
export interface IdentityPlan {
  readonly entities: readonly IdentityEntity[];
  readonly grants: readonly IdentityGrant[];
}

/**
 * Creates the missing entries of a plan, in parallel if references allow it.
 * @throws RollgateError `keystone-refused`, `invalid-identity-plan`
 */
export async function ensureIdentity(
  keystone: Keystone,
  administrator: Login,
  plan: IdentityPlan,
): Promise<void> {
  const token = await keystone.token(administrator);
  const found = new Map<string, Promise<string>>();
  const idOf = (key: string): Promise<string> => found.get(key) ?? Promise.reject(unknownKey(key));
  for (const entity of plan.entities) {
    found.set(entity.key, ensure(keystone, token, entity, idOf));
  }
  const collections = new Map(plan.entities.map(({ key, collection }) => [key, collection]));
  const grant = async ({ role, user, on }: IdentityGrant): Promise<void> => {
    const [target, userId, roleId] = await Promise.all([on, user, role].map(idOf));
    await keystone.call(
      token,
      'PUT',
      `/${collections.get(on)}/${target}/users/${userId}/roles/${roleId}`,
    );
  };
  await Promise.all([...found.values(), ...plan.grants.map(grant)]);
}

/** @returns The entity's id, once the entities that it refers to exist. */
async function ensure(
  keystone: Keystone,
  token: Token,
  { collection, identity, attributes }: IdentityEntity,
  idOf: (key: string) => Promise<string>,
): Promise<string> {
  const known = await resolved(identity, idOf);
  return (
    (await keystone.find(token, collection, known)) ??
    keystone.create(token, collection, { ...known, ...(await resolved(attributes ?? {}, idOf)) })
  );
}

async function resolved(
  values: Values,
  idOf: (key: string) => Promise<string>,
): Promise<Readonly<Record<string, string>>> {
  const entries = Object.entries(values).map(
    async ([name, value]) =>
      [name, typeof value === 'string' ? value : await idOf(value.idOf)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

function unknownKey(key: string): RollgateError {
  return new RollgateError('invalid-identity-plan', `nothing in the plan before is called ${key}`);
}
