import type { Database } from '../../../infra/mysql.ts';

/** How many trusts Keystone has, and how many credentials Heat has to use them with. */
export interface KeystoneLeft {
  readonly trusts: number;
  readonly credentials: number;
}

/**
 * A stack acts for its user by a trust, which Heat deletes with the stack. A failed creation may
 * leave one (heat/engine/stack.py, `store`), with an upgrade and without. With tokens that live 45 s
 * a run left 8 (docs/measured/configuration-changes.md).
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
