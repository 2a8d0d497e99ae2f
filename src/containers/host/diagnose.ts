import { availableParallelism, freemem } from 'node:os';
import type Docker from 'dockerode';
import { messageOf, RollgateError } from '../../errors.ts';
import { given } from '../../given.ts';
import type { Catalogue } from '../../release/catalogue.ts';
import {
  askEngine,
  connectDocker,
  engineAddress,
  engineError,
  type EngineAnswer,
} from '../docker.ts';
import { DockerContainerEngine } from '../docker/container-engine.ts';
import { engineDisk, type EngineDisk } from '../images/disk.ts';
import { imageStates, type ImageState } from '../images/list.ts';
import {
  infrastructureImages,
  subjectImage,
  tempestImage,
  type SubjectImage,
} from '../images/recipe.ts';
import { hasImage } from '../start/start.ts';
import type { HostCondition } from './condition.ts';
import { TRIAL_IMAGES, tryContainers } from './trial.ts';

/** Measurements of a machine. */
export interface Machine {
  readonly nodeVersion: string;
  readonly isRoot: boolean;
  readonly cores: number;
  readonly freeMemoryGigabytes: number;
  readonly engine: EngineAnswer;
  /** Unknown without an engine, or if its disk is not accessible. */
  readonly disk: EngineDisk | undefined;
}

/** The same as `engines` in package.json. */
const NODE_VERSION = '22.22';
/** A lab of 2x2 takes 1.3 GB at rest, its harness 0.3 GB; an upgrade holds two releases at once. */
const MEMORY_GIGABYTES = 3;
/** Below the first a lab does not start well, below the second the images do not fit. */
const DISK_GIGABYTES = { least: 2, images: 8 } as const;

/** The images to look for. */
export interface WantedImages {
  readonly subject: SubjectImage;
  readonly catalogue: () => Promise<Catalogue>;
}

/** Checks everything that a lab needs from this machine. Changes nothing. */
export async function diagnose(wanted: WantedImages): Promise<readonly HostCondition[]> {
  const engine = await askEngine();
  const docker = engine.state === 'ready' ? await connectDocker() : undefined;
  const machine: Machine = {
    nodeVersion: process.versions.node,
    isRoot: process.getuid?.() === 0,
    cores: availableParallelism(),
    freeMemoryGigabytes: freemem() / 1e9,
    engine,
    disk: docker === undefined ? undefined : await engineDisk(docker),
  };
  return [
    ...checkMachine(machine),
    ...(docker === undefined ? [] : await checkImages(docker, wanted)),
    ...(docker === undefined ? [] : await tryIfBuilt(docker)),
  ];
}

/** Tries containers once there are images for them. */
async function tryIfBuilt(docker: Docker): Promise<readonly HostCondition[]> {
  const built = await Promise.all(TRIAL_IMAGES.map((image) => hasImage(docker, image)));
  if (built.every(Boolean)) return tryContainers(new DockerContainerEngine(docker));
  const message = 'published ports and names of containers: tried once the images are built';
  return [{ id: 'container', status: 'ok', message }];
}

function isAtLeast(version: string, least: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = least.split('.').map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/** Judges the measurements. */
export function checkMachine(machine: Machine): readonly HostCondition[] {
  const { nodeVersion, cores, freeMemoryGigabytes: memory, disk } = machine;
  return [
    isAtLeast(nodeVersion, NODE_VERSION)
      ? { id: 'node', status: 'ok', message: `Node ${nodeVersion}` }
      : {
          id: 'node',
          status: 'fail',
          message: `Node ${nodeVersion}; rollgate needs ${NODE_VERSION} or newer`,
          hint: 'Install a newer Node. In a checkout, `npx rollgate` uses the Node that `npm ci` brought.',
        },
    checkEngine(machine),
    cores >= 2
      ? { id: 'cores', status: 'ok', message: `${cores} cores` }
      : {
          id: 'cores',
          status: 'warn',
          message: 'one core; a lab wants two',
          hint: 'Expect slow starts, and latencies of the machine rather than of the upgrade.',
        },
    memory >= MEMORY_GIGABYTES
      ? { id: 'memory', status: 'ok', message: `${memory.toFixed(1)} GB of memory free` }
      : {
          id: 'memory',
          status: 'warn',
          message: `${memory.toFixed(1)} GB of memory free; a lab of 2x2 wants ${MEMORY_GIGABYTES}`,
          hint: 'End other programs here, or take topology 1x1.',
        },
    ...(disk === undefined ? [] : [checkDisk(disk)]),
  ];
}

function checkEngine({ engine, isRoot }: Machine): HostCondition {
  if (engine.state === 'ready') {
    const { version, apiVersion } = engine;
    const message = `Docker ${version} (API ${apiVersion}) answers at ${engineAddress()}`;
    return { id: 'engine', status: 'ok', message };
  }
  const { message, hint } = engineError(engine, isRoot);
  return { id: 'engine', status: 'fail', message, ...given({ hint }) };
}

function checkDisk({ folder, freeGigabytes }: EngineDisk): HostCondition {
  const free = `${freeGigabytes.toFixed(1)} GB free in ${folder}`;
  const hint = 'Free some, for instance with `docker system prune`.';
  if (freeGigabytes < DISK_GIGABYTES.least) {
    return { id: 'disk', status: 'fail', message: `only ${free}`, hint };
  }
  return freeGigabytes < DISK_GIGABYTES.images
    ? { id: 'disk', status: 'warn', message: `${free}; images of two releases take up to 8`, hint }
    : { id: 'disk', status: 'ok', message: free };
}

async function checkImages(
  docker: Awaited<ReturnType<typeof connectDocker>>,
  wanted: WantedImages,
): Promise<HostCondition[]> {
  try {
    const catalogue = await wanted.catalogue();
    const byDefault = new Set(Object.values(catalogue.default));
    const infrastructure = infrastructureImages(catalogue);
    const releases = catalogue.series.map((series) =>
      subjectImage(wanted.subject, series, catalogue),
    );
    const states = await imageStates(docker, [
      ...infrastructure,
      ...releases,
      tempestImage(catalogue),
    ]);
    return [
      checkImageStates('infrastructure', states.slice(0, infrastructure.length)),
      ...states
        .slice(infrastructure.length)
        .map((state) => checkImageStates(seriesOf(state), [state], byDefault.has(seriesOf(state)))),
    ];
  } catch (error) {
    const hint = error instanceof RollgateError ? error.hint : undefined;
    const message = messageOf(error);
    return [{ id: 'images', status: 'fail', message, ...given({ hint }) }];
  }
}

function seriesOf({ inputs }: ImageState): string {
  return inputs.recipe.series ?? inputs.recipe.service;
}

/**
 * Judges the images of a release, or of infrastructure.
 *
 * @param isDefault Whether the default scenario needs them. If false, missing images are not a
 * warning.
 */
export function checkImageStates(
  what: string,
  states: readonly ImageState[],
  isDefault = true,
): HostCondition {
  const id = `images:${what}`;
  const missing = states.filter(({ state }) => state !== 'present');
  if (missing.length === 0) {
    const versions = states.flatMap((state) =>
      state.state === 'absent' ? [] : [`${state.image.service} ${state.image.version}`],
    );
    return { id, status: 'ok', message: `images of ${what}: ${versions.join(', ')}` };
  }
  if (!isDefault && missing.every(({ state }) => state === 'absent')) {
    return {
      id,
      status: 'ok',
      message: `images of ${what}: none; the first run that needs them builds them`,
    };
  }
  const described = missing.map(({ state, inputs }) => `${inputs.recipe.name} ${state}`);
  return {
    id,
    status: 'warn',
    message: `images of ${what}: ${described.join(', ')}`,
    hint: `Run \`npx rollgate images build${isDefault ? '' : ` ${what}`}\`, or let the first run do it.`,
  };
}
