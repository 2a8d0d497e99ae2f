import { lstat, readdir, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { execa } from 'execa';
import { inTemporaryFolder } from '../../containers/source/stage-tree.ts';
import { checkShape } from '../../document/describe-issue.ts';
import { formatPath, listedFirst } from '../../document/problem.ts';
import { messageOf, reasonOf, RollgateError } from '../../errors.ts';
import { MIB, readTextIfThere } from '../../files/read.ts';
import type { SourceTree } from '../../release/overlay.ts';
import { SIDES, type Side } from '../../release/release.ts';
import { fingerprint } from '../../release/source/fingerprint.ts';
import type { ResolvedRelease } from '../../release/source/resolve-overlay.ts';
import { shortened } from '../../text/shortened.ts';
import { MANIFEST_FILE, ManifestSchema, type BundledSide, type Manifest } from './manifest.ts';
import { tar } from './tar.ts';

/**
 * Calls a function with the folder of a run. The run is given as a folder or as a bundle, which is
 * unpacked for the duration of the call.
 *
 * @throws RollgateError `no-run`, `not-a-bundle`.
 */
export async function withRunFolder<T>(
  path: string,
  use: (directory: string) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  if (await isFolder(path)) return use(path);
  return inTemporaryFolder(async (temporary) => {
    const unpacked = await tar(['-xzf', resolve(path), '-C', temporary], signal);
    // Folders that their owner may not read could be neither checked nor removed.
    await execa('chmod', ['-R', 'u+rwX', temporary]);
    if (/No space left on device|Disk quota/.test(unpacked.stderr)) throw noSpace(path, temporary);
    const [folder, ...others] = await readdir(temporary);
    if (unpacked.failed || folder === undefined) throw notABundle(path, unpacked.stderr.trim());
    if (others.length > 0) throw notABundle(path, `it holds ${others.length + 1} folders or files`);
    await refuseLinks(temporary, path);
    const directory = join(temporary, folder);
    try {
      return await use(directory);
    } catch (error) {
      throw renamed(error, directory, `${path}:${folder}`);
    }
  });
}

/**
 * An error that names the user's file, because the folder of the unpacked bundle no longer exists.
 */
function renamed(error: unknown, from: string, to: string): unknown {
  if (!(error instanceof RollgateError)) return error;
  const { code, kind, message, hint, detail, place, cause } = error;
  const withPath = (text: string): string => text.replaceAll(from, to);
  return new RollgateError(code, withPath(message), {
    kind,
    cause,
    ...(hint === undefined ? {} : { hint: withPath(hint) }),
    ...(detail === undefined ? {} : { detail: withPath(detail) }),
    ...(place === undefined ? {} : { place: { ...place, file: withPath(place.file) } }),
  });
}

function notABundle(path: string, detail: string): RollgateError {
  return new RollgateError('not-a-bundle', `${path} is not a bundle of a run`, {
    kind: 'usage',
    detail,
    hint: 'Name a run folder, or a file that `rollgate bundle` wrote.',
  });
}

function noSpace(path: string, temporary: string): RollgateError {
  const folder = dirname(temporary);
  return new RollgateError('no-temporary-folder', `${path} does not fit into ${folder}`, {
    hint: 'Free some space, or set TMPDIR to a folder with more.',
  });
}

/**
 * A bundle comes from another person, and may be read as root: a link in it could name any file of
 * this machine. `rollgate bundle` writes only files and folders, and links inside source trees.
 */
async function refuseLinks(temporary: string, path: string): Promise<void> {
  const entries = await readdir(temporary, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const own = relative(temporary, join(entry.parentPath, entry.name));
    // Git would obey its configuration, and `rollgate bundle` leaves it out.
    if (entry.name === '.git') throw notABundle(path, `${own} is the data of a git repository`);
    if (entry.isFile() || entry.isDirectory()) continue;
    // Links inside a source tree are ignored wherever it is read.
    if (entry.isSymbolicLink() && /^[^/]+\/sources\/[^/]+\/./.test(own)) continue;
    throw notABundle(path, `${own} is neither a file nor a folder`);
  }
  const [top] = entries;
  const status = top === undefined ? undefined : await lstat(join(temporary, top.name));
  if (status?.isDirectory() === true) return;
  throw notABundle(path, 'it holds no folder');
}

async function isFolder(path: string): Promise<boolean> {
  try {
    const status = await stat(path);
    if (status.isDirectory()) return true;
    if (status.isFile()) return false;
  } catch (cause) {
    throw new RollgateError('no-run', `${path} cannot be read: ${reasonOf(cause)}`, {
      kind: 'usage',
      hint: 'Name a run folder, or a file that `rollgate bundle` wrote.',
      cause,
    });
  }
  throw notABundle(path, 'it is neither a file nor a folder');
}

/** The releases whose source is in a bundle; empty for a folder that is not a bundle. */
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
  const text = await readTextIfThere(file, {
    what: 'manifest of a bundle',
    shown: MANIFEST_FILE,
    code: 'not-a-bundle',
    limitBytes: MIB,
    links: false,
  });
  if (text === undefined) return undefined;
  const { data, problems } = checkShape(ManifestSchema, jsonIn(text));
  if (data !== undefined) return data;
  const wrong = problems.map(({ path, message }) =>
    [formatPath(path), message].filter(Boolean).join(': '),
  );
  throw new RollgateError('not-a-bundle', `${MANIFEST_FILE} was not written by rollgate`, {
    kind: 'usage',
    detail: listedFirst(wrong).join('\n'),
    hint: 'The file was edited, or written by another version of rollgate.',
  });
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RollgateError('not-a-bundle', `${MANIFEST_FILE} is not JSON`, {
      kind: 'usage',
      detail: shortened(messageOf(cause)),
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
