import type Docker from 'dockerode';
import { RollgateError, messageOf } from '../../errors.ts';
import { isStatus } from '../http-status.ts';
import type { Labels } from '../port.ts';
import { waitFor } from '../wait.ts';

/**
 * A bridge network whose published ports are bound to loopback: testcontainers' Network supports
 * neither labels nor driver options.
 *
 * @throws RollgateError `name-taken`, `no-subnet`.
 */
export async function createNetwork(
  docker: Docker,
  { name, labels }: { readonly name: string; readonly labels: Labels },
): Promise<void> {
  const id = await create(docker, name, labels);
  // The engine's own check for duplicates is "best effort" (Docker Engine API, "Create a network").
  // If there are several, the oldest stays.
  const { networks, first } = await named(docker, name);
  if (networks > 1 && first !== id) {
    await docker.getNetwork(id).remove();
    throw taken(name);
  }
}

async function create(docker: Docker, name: string, labels: Labels): Promise<string> {
  try {
    const { id } = await docker.createNetwork({
      Name: name,
      CheckDuplicate: true,
      Driver: 'bridge',
      Labels: { ...labels },
      Options: { 'com.docker.network.bridge.host_binding_ipv4': '127.0.0.1' },
    });
    return id;
  } catch (error) {
    if (isStatus(error, 409)) throw taken(name, error);
    if (/non-overlapping|address pool/i.test(messageOf(error))) {
      throw new RollgateError('no-subnet', 'the container engine has no subnet left', {
        hint: 'Remove unused networks: rollgate down --all, docker network prune',
        cause: error,
      });
    }
    throw error;
  }
}

/**
 * Whether a container did not start because two networks have its network's name. The engine looks
 * networks up by name when it starts a container, even if it was given an id.
 */
export function isAmbiguousNetwork(error: unknown): boolean {
  return /network .* is ambiguous/.test(messageOf(error));
}

/** How long the process that lost the name may take to remove its network. */
const ALONE_SECONDS = 20;

/**
 * Waits until one network alone has a name.
 *
 * @throws RollgateError `name-taken`; the signal's reason.
 */
export async function untilNetworkIsAlone(
  docker: Docker,
  name: string,
  signal?: AbortSignal,
): Promise<void> {
  await waitFor(
    {
      what: `one network alone named ${name}`,
      limitSeconds: ALONE_SECONDS,
      code: 'name-taken',
      hint: 'Remove the unused one: docker network ls, docker network rm',
      signal,
    },
    async () => {
      const { networks } = await named(docker, name);
      return networks > 1 ? { notYet: `${networks} of that name` } : { value: undefined };
    },
  );
}

async function named(docker: Docker, name: string) {
  const found = await docker.listNetworks({ filters: { name: [name] } });
  // The filter finds parts of names too.
  const [first, ...others] = found
    .filter((network) => network.Name === name)
    .sort((one, other) => age(one).localeCompare(age(other)));
  return { networks: first === undefined ? 0 : 1 + others.length, first: first?.Id };
}

function age({ Created, Id }: { readonly Created?: string; readonly Id: string }): string {
  return `${Created ?? ''} ${Id}`;
}

function taken(name: string, cause?: unknown): RollgateError {
  return new RollgateError('name-taken', `a network named ${name} is already there`, {
    hint: 'Take another --name',
    ...(cause === undefined ? {} : { cause }),
  });
}
