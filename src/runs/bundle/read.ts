import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { inTemporaryFolder } from '../../containers/source/stage-tree.ts';
import { messageOf, RollgateError } from '../../errors.ts';
import type { SourceTree } from '../../release/overlay.ts';
import { fingerprint } from '../../release/source/fingerprint.ts';
import type { ResolvedRelease } from '../../release/source/resolve-overlay.ts';
import { SIDES, type Side } from '../../release/release.ts';
import { MANIFEST_FILE, ManifestSchema, type BundledSide, type Manifest } from './manifest.ts';

/**
 * Does something with the folder of a run that is given as such or as a bundle, which is unpacked
 * for as long.
 *
 * @throws RollgateError `no-run`, `not-a-bundle`.
 */
export async function withRunFolder<T>(
  path: string,
  use: (directory: string) => Promise<T>,
): Promise<T> {
  if (await isFolder(path)) return use(path);
  return inTemporaryFolder(async (temporary) => {
    const unpacked = await execa('tar', ['-xzf', path, '-C', temporary], { reject: false });
    const [folder, ...others] = await readdir(temporary);
    if (unpacked.failed || folder === undefined || others.length > 0) {
      throw new RollgateError('not-a-bundle', `${path} is no bundle of a run`, {
        kind: 'usage',
        detail: unpacked.stderr,
        hint: 'Name a run folder, or what `rollgate bundle` wrote.',
      });
    }
    return use(join(temporary, folder));
  });
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    throw new RollgateError('no-run', `${path} cannot be read: ${messageOf(cause)}`, {
      kind: 'usage',
      hint: 'Name a run folder, or what `rollgate bundle` wrote.',
      cause,
    });
  }
}

/** The releases that a bundle brings the source of; none of a folder that is no bundle. */
export async function bundledReleases(
  directory: string,
): Promise<Partial<Record<Side, ResolvedRelease>>> {
  const manifest = await readManifest(join(directory, MANIFEST_FILE));
  const found = SIDES.flatMap((side) => {
    const bundled = manifest?.[side];
    return bundled === undefined ? [] : [{ side, bundled }];
  });
  return Object.fromEntries(
    await Promise.all(
      found.map(async ({ side, bundled }) => [side, await resolved(bundled, directory)] as const),
    ),
  );
}

async function readManifest(file: string): Promise<Manifest | undefined> {
  try {
    return ManifestSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new RollgateError('not-a-bundle', `${file} is not what rollgate writes`, {
      kind: 'usage',
      detail: messageOf(cause),
      cause,
    });
  }
}

async function resolved(
  { release, overlay }: BundledSide,
  directory: string,
): Promise<ResolvedRelease> {
  const trees = overlay.trees.map(({ package: name, version, path, patches }): SourceTree => ({
    package: name,
    from: path === undefined ? { kind: 'installed' } : { kind: 'dir', path: join(directory, path) },
    patches: patches.map((patch) => join(directory, patch)),
    ...(version === undefined ? {} : { version }),
  }));
  return { release, overlay: { ...overlay, trees, content: await fingerprint(trees) } };
}
