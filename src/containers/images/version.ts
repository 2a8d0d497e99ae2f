import type Docker from 'dockerode';
import { RollgateError } from '../../errors.ts';
import { demultiplex } from '../streams/output.ts';
import { INSPECTION_LABEL } from './labels.ts';
import type { ImageRecipe } from './recipe.ts';

export interface FoundVersion {
  /** Upstream's: `24.0.0`. */
  readonly version: string;
  /** Debian's: `1:24.0.0-2`. */
  readonly package: string;
}

/**
 * Upstream's version within a Debian one (deb-version(7)): without epoch, revision and the
 * packager's suffix (`+dfsg`, `+ds1`). A pre-release mark (`~rc1`) stays: it is another version.
 */
export function upstreamVersion(debian: string): string {
  return debian
    .replace(/^\d+:/, '')
    .replace(/-[^-]*$/, '')
    .replace(/\+.*$/, '');
}

/** Reads the version of the recipe's package from the package database of an image. */
export async function findVersion(
  docker: Docker,
  image: string,
  recipe: ImageRecipe,
): Promise<FoundVersion> {
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: ['dpkg-query'],
    Cmd: ['--show', '--showformat=${Version}', recipe.package],
    HostConfig: { NetworkMode: 'none' },
    Labels: { [INSPECTION_LABEL]: recipe.ref },
  });
  try {
    await container.start();
    const { StatusCode: status } = (await container.wait()) as { readonly StatusCode: number };
    const output = demultiplex(
      Buffer.from(await container.logs({ stdout: true, stderr: true })),
    ).text.trim();
    if (status !== 0) {
      throw new RollgateError(
        'image-build-failed',
        `${recipe.name}: the image was built without package ${recipe.package}`,
        { detail: output },
      );
    }
    return { version: upstreamVersion(output), package: output };
  } finally {
    await container.remove({ force: true, v: true });
  }
}

/**
 * Compares the built version with the catalogue's. Debian's suites move: a point release of the
 * same series is accepted, with a warning.
 *
 * @returns The warning; undefined if both are the same.
 * @throws RollgateError `version-differs` for another series, with the lines to write into the
 * catalogue.
 */
export function checkVersion(recipe: ImageRecipe, found: FoundVersion): string | undefined {
  const { version, series = '', suite, service } = recipe;
  if (version === undefined || version === found.version) return undefined;
  const differs = `${service} ${series}: the catalogue says ${version}, Debian ${suite} has ${found.version} (${found.package})`;
  if (isPointRelease(version, found.version)) return `${differs}: a point release, which is taken`;
  throw new RollgateError('version-differs', differs, {
    kind: 'usage',
    hint: `${suite} moved to another release. docs/releases.md says how to go on. In the catalogue (releases.yaml) copy the row of ${series}, and give the copy its own series and version: ${found.version}. For ${series} itself name a suite that has ${version}, or pin ${suite} to a day on which it had it: archives: { ${suite}: https://… }.`,
  });
}

/**
 * Both are releases, not candidates, of one series: OpenStack's projects use one major version for
 * each series.
 */
function isPointRelease(version: string, other: string): boolean {
  const [one, two] = [version, other].map((text) => /^(\d+)(\.\d+)+$/.exec(text)?.[1]);
  return one !== undefined && one === two;
}
