import type { ContainerEngine, Labelled, FoundContainer } from '../containers/port.ts';
import { RollgateError } from '../errors.ts';
import { KEPT, LAB, OWNER, readNetworkLabels } from './labels.ts';
import { ownerState } from './owner.ts';
import { readPause, type PauseRecord } from './pause.ts';

/** A lab according to its labels, from any process. */
export interface LabSummary {
  readonly name: string;
  readonly containers: readonly FoundContainer[];
  readonly created: Date | undefined;
  /** The name of its software; `undefined` if its network is gone. */
  readonly subject: string | undefined;
  readonly owner: 'alive' | 'gone' | 'unknown';
  /** It was started completely and is meant to stay. */
  readonly kept: boolean;
  /** Where its run is paused, if it is. */
  readonly paused: PauseRecord | undefined;
}

/** Every lab of this engine, by name. */
export async function findLabs(engine: ContainerEngine): Promise<readonly LabSummary[]> {
  const found = await engine.find({ [LAB]: null });
  const names = new Set(
    [...found.containers, ...found.networks, ...found.volumes].flatMap(
      ({ labels }) => labels[LAB] ?? [],
    ),
  );
  return [...names].sort().map((name) => summarise(name, found));
}

/** @throws RollgateError `no-such-lab` with the names of the existing labs. */
export async function findLab(engine: ContainerEngine, name: string): Promise<LabSummary> {
  const labs = await findLabs(engine);
  const lab = labs.find((candidate) => candidate.name === name);
  if (lab !== undefined) return lab;
  throw new RollgateError('no-such-lab', `there is no lab named ${name}`, {
    kind: 'usage',
    hint:
      labs.length === 0
        ? 'No lab is there. Start one with: rollgate up'
        : `Labs that are there: ${labs.map((candidate) => candidate.name).join(', ')}`,
  });
}

/** The current state of a lab's container in the engine; `undefined` if it is gone. */
export async function containerNamed(
  { engine, name: lab }: { readonly engine: Pick<ContainerEngine, 'find'>; readonly name: string },
  name: string,
): Promise<FoundContainer | undefined> {
  const { containers } = await engine.find({ [LAB]: lab });
  return containers.find((container) => container.name === name);
}

/**
 * How long the engine may still work on a killed process's requests. Creating a container takes a
 * tenth of that on two busy cores.
 */
export const KILLED_SETTLE_MS = 1000;

/** A network without containers is removed at once or not at all. */
const NETWORK_SECONDS = 3;

/** A lab that was swept. */
export interface SweptLab {
  readonly name: string;
  /** Networks that stay, because the container engine does not remove them. */
  readonly networks: readonly string[];
}

/**
 * Removes the labs of killed processes: labs whose owner is gone and that were not meant to stay.
 * A network may stay: Docker now and then counts an endpoint of a container that is gone, until it
 * starts again. It hinders no other lab.
 *
 * @throws RollgateError `not-removed` if a container or a volume stays.
 */
export async function sweepAbandoned(engine: ContainerEngine): Promise<readonly SweptLab[]> {
  const abandoned = (await findLabs(engine)).filter(({ kept, owner }) => !kept && owner === 'gone');
  const swept: SweptLab[] = [];
  for (const { name } of abandoned) {
    const before = await engine.find({ [LAB]: name });
    const limit = isOnlyNetworks(before) ? { limitSeconds: NETWORK_SECONDS } : {};
    try {
      await engine.sweep({ [LAB]: name }, { settleMs: KILLED_SETTLE_MS, ...limit });
      swept.push({ name, networks: [] });
    } catch (error) {
      const after = await engine.find({ [LAB]: name });
      const isRefused = error instanceof RollgateError && error.code === 'not-removed';
      if (!isRefused || !isOnlyNetworks(after)) throw error;
      swept.push({ name, networks: after.networks.map((network) => network.name) });
    }
  }
  return swept;
}

function isOnlyNetworks({ containers, volumes }: Labelled): boolean {
  return containers.length === 0 && volumes.length === 0;
}

function summarise(name: string, found: Labelled): LabSummary {
  const isOf = ({ labels }: { readonly labels: Readonly<Record<string, string>> }): boolean =>
    labels[LAB] === name;
  const containers = found.containers.filter(isOf);
  const networks = found.networks.filter(isOf);
  const volumes = found.volumes.filter(isOf);
  const owners = [...containers, ...networks].flatMap(({ labels }) => labels[OWNER] ?? []);
  const states = new Set(owners.map(ownerState));
  return {
    name,
    containers,
    created: networks.map(({ labels }) => readNetworkLabels(labels)?.created)[0],
    subject: networks.map(({ labels }) => readNetworkLabels(labels)?.subject)[0],
    owner: states.has('alive') ? 'alive' : states.has('unknown') ? 'unknown' : 'gone',
    kept: volumes.some(({ labels }) => labels[KEPT] !== undefined),
    paused: readPause(volumes),
  };
}
