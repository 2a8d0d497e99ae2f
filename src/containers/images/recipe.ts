import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadCatalogue, type Catalogue } from '../../release/catalogue.ts';

/** The folder with a folder per image, each with its Dockerfile. */
export const IMAGES_DIRECTORY = fileURLToPath(new URL('../../../images', import.meta.url));

/** An image that can be built: everything that decides what will be in it. */
export interface ImageRecipe {
  /** For people: `heat:2025.1`, `keystone`. */
  readonly name: string;
  /** `rollgate/heat:2025.1`, `rollgate/keystone:latest`. */
  readonly ref: string;
  readonly service: string;
  /** The release of the subject; absent for infrastructure and bases. */
  readonly series?: string;
  /** The Debian suite. */
  readonly suite: string;
  /** The folder with the Dockerfile. */
  readonly folder: string;
  /** The Debian package whose version is the image's. */
  readonly package: string;
  /** The version that has to be found in it; absent: any. */
  readonly version?: string;
  /** What it is built from; absent for a base. */
  readonly parent?: ImageRecipe;
  /** Room to build it in, with what the engine needs in between. */
  readonly gigabytes: number;
}

/** The services of infrastructure and what faults are made with, the slowest to build first, and their Debian packages. */
const INFRASTRUCTURE = [
  { service: 'keystone', package: 'keystone', gigabytes: 1 },
  { service: 'rabbitmq', package: 'rabbitmq-server', gigabytes: 0.5 },
  { service: 'mysql', package: 'mariadb-server-core', gigabytes: 0.5 },
  { service: 'haproxy', package: 'haproxy', gigabytes: 0.3 },
  { service: 'network', package: 'iptables', gigabytes: 0.3 },
] as const;

/** The bare Debian suite that the other images stand on. */
export function baseImage(suite: string): ImageRecipe {
  return {
    name: `base:${suite}`,
    ref: `rollgate/base:${suite}`,
    service: 'base',
    suite,
    folder: join(IMAGES_DIRECTORY, 'base'),
    package: 'base-files',
    gigabytes: 0.4,
  };
}

/** @throws RollgateError `unknown-series`. */
export function heatImage(series: string, catalogue: Catalogue): ImageRecipe {
  const { suite, version } = catalogue.release(series);
  return {
    name: `heat:${series}`,
    ref: `rollgate/heat:${series}`,
    service: 'heat',
    series,
    suite,
    folder: join(IMAGES_DIRECTORY, 'heat'),
    package: 'heat-common',
    version,
    parent: baseImage(suite),
    gigabytes: 1.2,
  };
}

/**
 * The client that checks run in. Its suite is infrastructure's, so that the same Tempest judges base
 * and target: trixie's is 43.0.0, of OpenStack 2025.1.
 */
export function tempestImage(catalogue: Catalogue): ImageRecipe {
  const suite = catalogue.infrastructureSuite;
  return {
    name: 'tempest',
    ref: 'rollgate/tempest:latest',
    service: 'tempest',
    suite,
    folder: join(IMAGES_DIRECTORY, 'tempest'),
    package: 'python3-tempest',
    parent: baseImage(suite),
    gigabytes: 1,
  };
}

export function infrastructureImages(catalogue: Catalogue): readonly ImageRecipe[] {
  const suite = catalogue.infrastructureSuite;
  return INFRASTRUCTURE.map(({ service, ...rest }) => ({
    name: service,
    ref: `rollgate/${service}:latest`,
    service,
    suite,
    folder: join(IMAGES_DIRECTORY, service),
    parent: baseImage(suite),
    ...rest,
  }));
}

/**
 * The images that a lab with these releases needs: infrastructure and the subject.
 *
 * @throws RollgateError `unknown-series`, `invalid-catalogue`.
 */
export async function imagesFor(
  series: readonly string[],
  catalogue?: Catalogue,
): Promise<readonly ImageRecipe[]> {
  const known = catalogue ?? (await loadCatalogue());
  const heat = [...new Set(series)].map((name) => heatImage(name, known));
  return [...heat, ...infrastructureImages(known)];
}
