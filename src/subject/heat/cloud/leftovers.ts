import { setTimeout as delay } from 'node:timers/promises';
import { RollgateError } from '../../../errors.ts';
import { RenewedTokens } from '../../../load/http/credentials.ts';
import type { CloudAccess, Leftover } from '../../cloud.ts';
import type { StackStatus } from '../api/answers.ts';
import { HeatApi } from '../api/api.ts';
import { connectTo } from './heat-api.ts';

const LIMIT_MS = 120_000;
const PAUSE_MS = 1000;

/**
 * Whether a watch with this prefix made a stack of this name. The name of another watch may begin
 * with the same letters: `rollgate-ci-2-…` is not of the watch `ci`.
 */
export function isOwn(name: string, prefix: string): boolean {
  return (
    name.startsWith(`${prefix}-`) &&
    /^(?:standing-[0-9a-f]{8}|\d+-\d+-[a-z][a-z-]*)$/.test(name.slice(prefix.length + 1))
  );
}

/**
 * Deletes every stack of the project that a watch with the cloud's prefix made, and waits for the end
 * of each. A failed deletion is requested once more.
 *
 * @throws RollgateError `leftovers-unknown` if the API does not list the stacks.
 */
export async function removeLeftovers(
  cloud: CloudAccess,
  signal?: AbortSignal,
): Promise<{ readonly found: readonly string[]; readonly left: readonly Leftover[] }> {
  const credentials = new RenewedTokens(new Map([[cloud.token.id, cloud.renew]]));
  await using client = connectTo(cloud, credentials);
  const stop = (): void => void client.close();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await removeWith(new HeatApi(client, cloud.token), cloud, signal);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

async function removeWith(
  api: HeatApi,
  { prefix }: CloudAccess,
  signal: AbortSignal | undefined,
): ReturnType<typeof removeLeftovers> {
  const mine = async (): Promise<readonly StackStatus[]> => {
    const { result, value } = await api.list();
    if (value === undefined) {
      throw new RollgateError(
        'leftovers-unknown',
        `the list of stacks was not served: ${result.status ?? result.outcome} ${result.detail ?? ''}`,
        { hint: 'Run `rollgate watch --clean` when the API answers again.' },
      );
    }
    return value.filter(({ name }) => isOwn(name, prefix));
  };
  const first = await mine();
  const deadline = Date.now() + LIMIT_MS;
  const asked = new Map<string, number>();
  let rest = first;
  while (rest.length > 0 && Date.now() < deadline) {
    for (const stack of rest) {
      const times = asked.get(stack.id) ?? 0;
      const isDue = times === 0 || (times === 1 && stack.status === 'DELETE_FAILED');
      if (!isDue) continue;
      await api.delete(stack);
      asked.set(stack.id, times + 1);
    }
    await delay(PAUSE_MS, undefined, { signal });
    rest = await mine();
    if (rest.every(({ id, status }) => status === 'DELETE_FAILED' && asked.get(id) === 2)) break;
  }
  return {
    found: first.map(({ name }) => name),
    left: rest.map(({ name, status }) => ({ name, status })),
  };
}
