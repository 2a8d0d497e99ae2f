import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Catalogue } from '../../release/catalogue.ts';

/** The folder with a folder per image, each with its Dockerfile. */
export const IMAGES_DIRECTORY = fileURLToPath(new URL('../../../images', import.meta.url));

/** An image that can be built: everything that decides its content. */
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
  /** The dated archive that a base is made from; absent for today's mirror. */
  readonly archive?: string;
  /** The folder with the Dockerfile. */
  readonly folder: string;
  /** The Debian package whose version is the image's. */
  readonly package: string;
  /** The version that the image must have. Default: every version will do. */
  readonly version?: string;
  /** The image that it is built from; absent for a base. */
  readonly parent?: ImageRecipe;
  /** Disk space for building it, including the engine's intermediate data. */
  readonly gigabytes: number;
}

/**
 * The services of infrastructure and the tools of faults, the slowest to build first, and their
 * Debian packages.
 */
const INFRASTRUCTURE = [
  { service: 'keystone', package: 'keystone', gigabytes: 1 },
  { service: 'rabbitmq', package: 'rabbitmq-server', gigabytes: 0.5 },
  { service: 'mysql', package: 'mariadb-server-core', gigabytes: 0.5 },
  { service: 'haproxy', package: 'haproxy', gigabytes: 0.3 },
  { service: 'memcached', package: 'memcached', gigabytes: 0.3 },
  { service: 'network', package: 'iptables', gigabytes: 0.3 },
] as const;

/**
 * The bare Debian suite on which the other images are built.
 *
 * @param archive A dated archive to take it from; absent for today's mirror.
 */
export function baseImage(suite: string, archive?: string): ImageRecipe {
  return {
    name: `base:${suite}`,
    ref: `rollgate/base:${suite}`,
    service: 'base',
    suite,
    ...(archive === undefined ? {} : { archive }),
    folder: join(IMAGES_DIRECTORY, 'base'),
    package: 'base-files',
    gigabytes: 0.4,
  };
}

/** How a release of the subject becomes an image. */
export interface SubjectImage {
  /** Its folder below `images/`, and its name in the registry. */
  readonly service: string;
  /** The Debian package whose version is the release's. */
  readonly package: string;
  /** Disk space for building it, including the engine's intermediate data. */
  readonly gigabytes: number;
}

/** @throws RollgateError `unknown-series`. */
export function subjectImage(
  { service, package: debian, gigabytes }: SubjectImage,
  series: string,
  catalogue: Catalogue,
): ImageRecipe {
  const { suite, version } = catalogue.release(series);
  return {
    name: `${service}:${series}`,
    ref: `rollgate/${service}:${series}`,
    service,
    series,
    suite,
    folder: join(IMAGES_DIRECTORY, service),
    package: debian,
    version,
    parent: baseImage(suite, catalogue.archiveOf(suite)),
    gigabytes,
  };
}

/**
 * The client in which checks run. It uses infrastructure's suite, so that the same Tempest judges
 * base and target: trixie's is 43.0.0, of OpenStack 2025.1.
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
    parent: baseImage(suite, catalogue.archiveOf(suite)),
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
    parent: baseImage(suite, catalogue.archiveOf(suite)),
    ...rest,
  }));
}

/** An infrastructure service, and the suite of its new version. */
interface Swapped {
  readonly service: string;
  readonly suite: string;
}

/** The image of an infrastructure service of another suite. */
export function swappedRef({ service, suite }: Swapped): string {
  return `rollgate/${service}:${suite}`;
}

/** An infrastructure service of another suite, which replaces the lab's. */
export function swappedImage(swapped: Swapped, catalogue: Catalogue): ImageRecipe {
  const { service, suite } = swapped;
  const known = INFRASTRUCTURE.find((one) => one.service === service);
  if (known === undefined) throw new Error(`no image of ${service}: a bug`);
  return {
    ...known,
    name: `${service}:${suite}`,
    ref: swappedRef(swapped),
    suite,
    folder: join(IMAGES_DIRECTORY, service),
    parent: baseImage(suite, catalogue.archiveOf(suite)),
  };
}

/** The images of an upgrade of infrastructure: the old one, if it is not the lab's own, and the new. */
export function upgradeImages(
  { service, suite, from }: Swapped & { readonly from?: string },
  catalogue: Catalogue,
): readonly ImageRecipe[] {
  const suites = from === undefined ? [suite] : [from, suite];
  return suites.map((one) => swappedImage({ service, suite: one }, catalogue));
}

/**
 * The images that a lab with these releases needs: infrastructure and the subject.
 *
 * @throws RollgateError `unknown-series`.
 */
export function imagesFor(
  subject: SubjectImage,
  series: readonly string[],
  catalogue: Catalogue,
): readonly ImageRecipe[] {
  const releases = [...new Set(series)].map((name) => subjectImage(subject, name, catalogue));
  return [...releases, ...infrastructureImages(catalogue)];
}
