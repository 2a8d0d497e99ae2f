import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import { RollgateError, messageOf } from '../../errors.ts';
import { isStatus } from '../http-status.ts';
import { labelFilter } from '../label-filter.ts';
import { GIVEN_LABEL } from '../own-image/adapted.ts';
import type { Labelled, FoundContainer, LabelQuery, Labels, SweepOptions } from '../port.ts';

interface FoundNetwork {
  readonly id: string;
  readonly name: string;
  readonly labels: Labels;
}
interface FoundById extends Labelled {
  readonly networks: readonly FoundNetwork[];
}

/** Containers (in any state), networks and volumes with all of these labels. */
export async function findLabelled(docker: Docker, labels: LabelQuery): Promise<FoundById> {
  const [containers, networks, volumes] = await Promise.all([
    docker.listContainers({ all: true, filters: labelFilter(labels) }),
    docker.listNetworks({ filters: labelFilter(labels) }),
    docker.listVolumes({ filters: labelFilter(labels) }),
  ]);
  return {
    containers: containers.map((container): FoundContainer => ({
      name: (container.Names[0] ?? container.Id).replace(/^\//, ''),
      id: container.Id,
      image: container.Labels[GIVEN_LABEL] ?? container.Image,
      labels: container.Labels,
      state: container.State,
    })),
    networks: networks.map(({ Id, Name, Labels }) => ({
      id: Id,
      name: Name,
      labels: Labels ?? {},
    })),
    // An engine without any volume may say null.
    volumes: (volumes.Volumes ?? []).map(({ Name, Labels }) => ({
      name: Name,
      labels: Labels ?? {},
    })),
  };
}

const EVERY_MS = 50;
/** A busy engine takes its time to remove a lab, but not forever. */
const LIMIT_SECONDS = 120;

/**
 * Removes everything with the labels until nothing has appeared for `settleMs`. The engine may
 * still finish a creation that a killed process had requested.
 *
 * @returns The removed objects.
 * @throws RollgateError `not-removed` with the engine's last refusal.
 */
export async function sweepLabelled(
  docker: Docker,
  labels: LabelQuery,
  { settleMs = 2 * EVERY_MS, limitSeconds = LIMIT_SECONDS }: SweepOptions = {},
): Promise<Labelled> {
  const removed = {
    containers: new Map<string, FoundContainer>(),
    networks: new Map<string, FoundNetwork>(),
    volumes: new Map<string, Labelled['volumes'][number]>(),
  };
  const deadline = performance.now() + limitSeconds * 1000;
  let quietSince: number | undefined;
  for (;;) {
    const found = await findLabelled(docker, labels);
    for (const container of found.containers) removed.containers.set(container.id, container);
    for (const network of found.networks) removed.networks.set(network.id, network);
    for (const volume of found.volumes) removed.volumes.set(volume.name, volume);
    const names = [...found.containers, ...found.networks, ...found.volumes].map(
      ({ name }) => name,
    );
    const now = performance.now();
    if (names.length > 0) quietSince = undefined;
    else quietSince ??= now;
    if (quietSince !== undefined && now - quietSince >= settleMs) break;
    const [refusal] = await removeAll(docker, found);
    if (now > deadline && names.length > 0) throw notRemoved(names, limitSeconds, refusal);
    await delay(EVERY_MS);
  }
  return {
    containers: [...removed.containers.values()],
    networks: [...removed.networks.values()],
    volumes: [...removed.volumes.values()],
  };
}

/**
 * Volumes first, because the mark of a kept lab is a volume. Without the mark, the next command
 * removes the rest if this process is killed now. Networks are removed after the containers in
 * them.
 */
async function removeAll(docker: Docker, found: FoundById): Promise<readonly unknown[]> {
  const rounds: readonly (() => readonly Promise<unknown>[])[] = [
    () => found.volumes.map(({ name }) => docker.getVolume(name).remove({ force: true })),
    () =>
      found.containers.map(({ id }) => docker.getContainer(id).remove({ force: true, v: true })),
    () => found.networks.map(({ id }) => docker.getNetwork(id).remove()),
  ];
  const refusals: unknown[] = [];
  for (const round of rounds) {
    for (const result of await Promise.allSettled(round())) {
      if (result.status === 'rejected' && !isUnderWay(result.reason)) refusals.push(result.reason);
    }
  }
  return refusals;
}

/**
 * 404: already gone; 409: its removal is in progress, or an object that uses it has to be removed
 * first.
 */
function isUnderWay(error: unknown): boolean {
  return isStatus(error, 404) || isStatus(error, 409);
}

function notRemoved(
  names: readonly string[],
  limitSeconds: number,
  refusal: unknown,
): RollgateError {
  return new RollgateError(
    'not-removed',
    `still there after ${limitSeconds} s of removing: ${names.join(', ')}`,
    {
      hint: 'Look into the log of the container engine, then try again: rollgate down --all',
      ...(refusal === undefined ? {} : { cause: refusal, detail: messageOf(refusal) }),
    },
  );
}
