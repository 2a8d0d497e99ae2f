import { randomBytes } from 'node:crypto';
import { waitFor } from '../../../containers/wait.ts';
import { RollgateError } from '../../../errors.ts';
import type { HttpResult } from '../../../load/http/request.ts';
import type { IronicApi } from '../api/api.ts';
import { randomAddress } from './address.ts';

/** A node that exists from before the baseline to the end: the object of the probes. */
export interface StandingNode {
  readonly id: string;
  readonly name: string;
  readonly port: string;
  /** In its `extra`: must never change. */
  readonly mark: string;
}

const CODE = 'standing-node';
const HINT = 'The lab does not work before anything was changed: see the conductors’ logs.';

/**
 * Enrols the standing node with a port, and waits until a conductor has verified it.
 *
 * @throws RollgateError `standing-node` if this fails.
 */
export async function makeStandingNode(
  api: IronicApi,
  signal?: AbortSignal,
): Promise<StandingNode> {
  // A lab that had load before already has one.
  const mark = randomBytes(8).toString('hex');
  const name = `rollgate-standing-${mark.slice(0, 8)}`;
  const { result, value: id } = await api.create(name, { rollgate: mark });
  if (id === undefined) throw notMade(describe(result));
  const { result: ported, value: port } = await api.createPort(id, randomAddress());
  if (port === undefined) throw notMade(describe(ported));
  const { result: managed, value: accepted } = await api.provision(id, 'manage', false);
  if (accepted === undefined) throw notMade(describe(managed));
  await waitFor(
    {
      what: `${name} to be manageable`,
      limitSeconds: 60,
      everyMs: 500,
      signal,
      code: CODE,
      hint: HINT,
    },
    async () => {
      const { result, value } = await api.show(id);
      if (value === undefined) return { notYet: describe(result) };
      return value.state === 'manageable'
        ? { value: true }
        : { notYet: `${value.state} ${value.lastError ?? ''}` };
    },
  );
  return { id, name, port, mark };
}

function describe({ outcome, status, detail }: HttpResult): string {
  return [outcome, status, detail].filter((part) => part !== undefined).join(' ');
}

function notMade(why: string): RollgateError {
  return new RollgateError(CODE, `the node that the probes ask for: ${why}`, { hint: HINT });
}
