import { randomBytes } from 'node:crypto';
import { waitFor } from '../../../containers/wait.ts';
import type { RollgateError } from '../../../errors.ts';
import { requestEndInWords, notMade as standingNotMade } from '../../standing-object.ts';
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

const FAILURE = {
  code: 'standing-node',
  hint: 'The lab does not work before anything was changed: see the conductors’ logs.',
} as const;

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
  if (id === undefined) throw notMade(requestEndInWords(result));
  const { result: ported, value: port } = await api.createPort(id, randomAddress());
  if (port === undefined) throw notMade(requestEndInWords(ported));
  const { result: managed, value: accepted } = await api.provision(id, 'manage', false);
  if (accepted === undefined) throw notMade(requestEndInWords(managed));
  await waitFor(
    {
      what: `${name} to be manageable`,
      limitSeconds: 60,
      everyMs: 500,
      signal,
      ...FAILURE,
    },
    async () => {
      const { result, value } = await api.show(id);
      if (value === undefined) return { notYet: requestEndInWords(result) };
      return value.state === 'manageable'
        ? { value: true }
        : { notYet: `${value.state} ${value.lastError ?? ''}` };
    },
  );
  return { id, name, port, mark };
}

function notMade(why: string): RollgateError {
  return standingNotMade('node', why, FAILURE);
}
