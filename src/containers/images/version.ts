import type Docker from 'dockerode';
import { RollgateError } from '../../errors.ts';
import { INSPECTION_LABEL } from './labels.ts';
import { demultiplex } from '../streams/output.ts';
import type { ImageRecipe } from './recipe.ts';

export interface FoundVersion {
  /** Upstream's: `24.0.0`. */
  readonly version: string;
  /** Debian's: `1:24.0.0-2`. */
  readonly package: string;
}

/**
 * Upstream's version within a Debian one (deb-version(7)): without epoch, revision and what the
 * packager appended (`+dfsg`, `+ds1`). A pre-release mark (`~rc1`) stays: it is another version.
 */
export function upstreamVersion(debian: string): string {
  return debian
    .replace(/^\d+:/, '')
    .replace(/-[^-]*$/, '')
    .replace(/\+.*$/, '');
}

/** Asks the package database of an image for the version of the recipe's package. */
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

/** @throws RollgateError `version-differs` if what was built is not what the catalogue says. */
export function checkVersion(recipe: ImageRecipe, found: FoundVersion): void {
  const { version, series, suite, service } = recipe;
  if (version === undefined || version === found.version) return;
  throw new RollgateError(
    'version-differs',
    `${service} ${series ?? ''}: the catalogue says ${version}, Debian ${suite} has ${found.version} (${found.package})`,
    {
      kind: 'usage',
      hint: `${suite} moves. If ${found.version} is what you want, write it into lab/releases.yaml for series ${series ?? ''} and build again.`,
    },
  );
}
