import type Docker from 'dockerode';
import type { Found, FoundContainer } from './port.ts';

type LabelQuery = Readonly<Record<string, string | null>>;

function filters(labels: LabelQuery): { label: string[] } {
  return {
    label: Object.entries(labels).map(([key, value]) => (value === null ? key : `${key}=${value}`)),
  };
}

/** Containers (in any state), networks and volumes with all of these labels. */
export async function findLabelled(docker: Docker, labels: LabelQuery): Promise<Found> {
  const [containers, networks, volumes] = await Promise.all([
    docker.listContainers({ all: true, filters: filters(labels) }),
    docker.listNetworks({ filters: filters(labels) }),
    docker.listVolumes({ filters: filters(labels) }),
  ]);
  return {
    containers: containers.map((container): FoundContainer => ({
      name: (container.Names[0] ?? container.Id).replace(/^\//, ''),
      id: container.Id,
      image: container.Image,
      labels: container.Labels,
      state: container.State,
    })),
    networks: networks.map(({ Name, Labels }) => ({ name: Name, labels: Labels ?? {} })),
    volumes: volumes.Volumes.map(({ Name, Labels }) => ({ name: Name, labels: Labels ?? {} })),
  };
}

/**
 * Removes what carries the labels until nothing is left: a creation that a killed process had
 * asked for may still be finished by the engine while this runs.
 * @returns What was removed.
 * @throws Error the last refusal, when something stays after several rounds.
 */
export async function sweepLabelled(docker: Docker, labels: LabelQuery): Promise<Found> {
  const removed = {
    containers: new Map<string, FoundContainer>(),
    networks: new Map<string, Found['networks'][number]>(),
    volumes: new Map<string, Found['volumes'][number]>(),
  };
  let quietRounds = 0;
  for (let round = 0; quietRounds < 2; round += 1) {
    const found = await findLabelled(docker, labels);
    const refusals = await removeAll(docker, found);
    for (const container of found.containers) removed.containers.set(container.id, container);
    for (const network of found.networks) removed.networks.set(network.name, network);
    for (const volume of found.volumes) removed.volumes.set(volume.name, volume);
    const count = found.containers.length + found.networks.length + found.volumes.length;
    quietRounds = count === 0 ? quietRounds + 1 : 0;
    if (round >= 20 && refusals[0] !== undefined) throw refusals[0];
    if (quietRounds < 2)
      await new Promise((resolve) => setTimeout(resolve, count === 0 ? 50 : 100));
  }
  return {
    containers: [...removed.containers.values()],
    networks: [...removed.networks.values()],
    volumes: [...removed.volumes.values()],
  };
}

/** Networks and volumes go after the containers that use them. */
async function removeAll(docker: Docker, found: Found): Promise<readonly Error[]> {
  const containers = await Promise.allSettled(
    found.containers.map(({ id }) => docker.getContainer(id).remove({ force: true, v: true })),
  );
  const rest = await Promise.allSettled([
    ...found.networks.map(({ name }) => docker.getNetwork(name).remove()),
    ...found.volumes.map(({ name }) => docker.getVolume(name).remove({ force: true })),
  ]);
  return [...containers, ...rest].flatMap((result) =>
    result.status === 'rejected' && !isGone(result.reason)
      ? [result.reason instanceof Error ? result.reason : new Error(String(result.reason))]
      : [],
  );
}

/** 404: gone already; 409: its removal is under way. */
function isGone(error: unknown): boolean {
  return (
    error instanceof Error &&
    'statusCode' in error &&
    (error.statusCode === 404 || error.statusCode === 409)
  );
}
