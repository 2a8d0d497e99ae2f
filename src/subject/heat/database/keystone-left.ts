import type { EventOf } from '../../../events/event.ts';
import type { Database } from '../../../infra/mysql.ts';

/** How many trusts Keystone has, and how many credentials Heat has to use them with. */
export interface KeystoneLeft {
  readonly trusts: number;
  readonly credentials: number;
}

/** `surplus` of the event `integrity-checked`. */
export type Surplus = NonNullable<EventOf<'integrity-checked'>['surplus']>;

/**
 * A stack acts for its user by a trust, which Heat deletes with the stack. A failed creation may
 * leave one (heat/engine/stack.py, `store`), with an upgrade and without.
 */
const MAY_BE_LEFT = 3;

export async function readKeystoneLeft(database: Pick<Database, 'query'>): Promise<KeystoneLeft> {
  const [row = []] = await database.query(
    'SELECT COUNT(*), (SELECT COUNT(*) FROM user_creds) ' +
      'FROM keystone.trust trusts WHERE deleted_at IS NULL',
  );
  const [trusts, credentials] = row;
  return { trusts: Number(trusts ?? 0), credentials: Number(credentials ?? 0) };
}

/** `undefined`: no more than failed creations may leave. */
export function leftInWords({ trusts, credentials }: KeystoneLeft): string | undefined {
  return trusts - credentials > MAY_BE_LEFT
    ? `${trusts} trusts, and ${credentials} stacks with credentials`
    : undefined;
}

/**
 * `delete_trust` of heat/engine/clients/os/keystone/heat_keystoneclient.py takes a 401 for a success,
 * in 15.0.0 as in 27.0.0. A run with tokens of 45 s left 8 trusts so, after 8 answers of 401.
 */
export function surplusOf({ trusts, credentials }: KeystoneLeft): Surplus {
  return {
    count: trusts - credentials,
    within: MAY_BE_LEFT,
    refusedBy: 'trust-deletion-refused',
    why: 'Heat takes the 401 for a success, and forgets the trust with the stack’s credentials',
  };
}
