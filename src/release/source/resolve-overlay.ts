import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf, RollgateError, codeOf, isMissing } from '../../errors.ts';
import { absolutePath } from '../../files/path.ts';
import { fileKind as otherKind } from '../../files/read.ts';
import { shortened } from '../../text/shortened.ts';
import type { Overlay, SourceTree } from '../overlay.ts';
import { PATCHED, SOURCE_SERIES, type ReleaseRef } from '../release.ts';
import { resolveRelease, type ReleaseCatalogue } from '../resolve.ts';
import { formatReleaseSpec, parseSourceSpec, type ReleaseSpec, type SourceSpec } from '../spec.ts';
import { commitOf } from './commit.ts';
import { fingerprint } from './fingerprint.ts';
import { git } from './git.ts';
import { chooseImage, type ImageChoice } from './image-choice.ts';
import type { SideOverlay } from './overlay-schema.ts';
import { readTreeNeeds } from './tree-needs.ts';
import { isClean, versionOf, withLocal } from './version.ts';

export interface OverlayContext {
  readonly subject: string;
  readonly catalogue: ReleaseCatalogue;
  /** The release whose image source trees are laid over. Default: chosen by the tree. */
  readonly imageSeries?: string | undefined;
  /** Where relative paths start. */
  readonly cwd: string;
}

/** A release, and how its image is made if source is laid over one. */
export interface ResolvedRelease {
  readonly release: ReleaseRef;
  readonly overlay?: Overlay;
}

/**
 * The release that a user named, with the source laid over it. This needs no container engine: it
 * reads the content and the version of source trees.
 *
 * @throws RollgateError `not-a-source-tree`, `no-patch`, `unknown-commit`, `unsupported-overlay`.
 */
export async function resolveWithOverlay(
  spec: ReleaseSpec,
  side: SideOverlay,
  context: OverlayContext,
): Promise<ResolvedRelease> {
  const { subject, catalogue, cwd } = context;
  const patches = side.patches.map((path) => absolutePath(cwd, path));
  const libraries = Object.entries(side.with);
  const isSource = spec.kind === 'dir' || spec.kind === 'git';
  if (!isSource && patches.length + libraries.length === 0) {
    return { release: resolveRelease(spec, subject, catalogue) };
  }
  if (spec.kind === 'image') {
    throw new RollgateError(
      'unsupported-overlay',
      `${formatReleaseSpec(spec)}: source is laid over the image of a series only`,
      { kind: 'usage', hint: 'Name a series, dir:PATH or git:PATH@REF.' },
    );
  }
  const own: SourceTree = {
    package: subject,
    from: isSource ? await findSource(subject, spec, cwd) : { kind: 'installed' },
    patches,
  };
  const others = libraries.map(([name, path]) => findLibrary(name, path, cwd));
  const libraryTrees = await Promise.all(others);
  const content = await fingerprint([own, ...libraryTrees]);
  const changed = `d${content.slice(0, 8)}`;
  const touched = patches.length + libraries.length > 0 || !(await isCommitted(own));
  const version = isSource
    ? await versionOf(own, touched ? changed : undefined)
    : withLocal(catalogue.release(spec.series).version, [changed]);
  const choice = isSource ? await imageFor(own, version, context) : undefined;
  const series = isSource ? (choice?.series ?? context.imageSeries ?? '') : spec.series;
  const versions = [version, ...libraryTrees.map((library) => library.version ?? '')];
  const image = `rollgate/${subject}-source:${series}-${imageKey(content, versions)}`;
  return {
    release: { series: isSource ? SOURCE_SERIES : `${series}${PATCHED}`, version, image },
    overlay: {
      image,
      series,
      ...(choice === undefined ? {} : { why: choice.why }),
      version,
      trees: [{ ...own, version }, ...libraryTrees],
      content,
    },
  };
}

/** The release whose image a tree is laid over; `undefined` if the user named one. */
async function imageFor(
  tree: SourceTree,
  version: string,
  { catalogue, imageSeries }: OverlayContext,
): Promise<ImageChoice | undefined> {
  if (imageSeries !== undefined) return undefined;
  const offers = catalogue.series.map((series) => ({ ...catalogue.release(series), series }));
  return chooseImage(await readTreeNeeds(tree, version), offers);
}

/** The same files have another version at another commit, and the installed package has the version. */
function imageKey(content: string, versions: readonly string[]): string {
  const key = createHash('sha256').update(JSON.stringify([content, versions]));
  return key.digest('hex').slice(0, 12);
}

async function findLibrary(name: string, text: string, cwd: string): Promise<SourceTree> {
  const spec = parseSourceSpec(text) ?? { kind: 'dir', path: text };
  if (spec.kind === 'dir' && (await kindOf(absolutePath(cwd, spec.path))) === 'a file') {
    return { package: name, from: { kind: 'installed' }, patches: [absolutePath(cwd, spec.path)] };
  }
  const tree: SourceTree = { package: name, from: await findSource(name, spec, cwd), patches: [] };
  const clean = await isCommitted(tree);
  const changed = clean ? undefined : `d${(await fingerprint([tree])).slice(0, 8)}`;
  return { ...tree, version: await versionOf(tree, changed) };
}

async function findSource(
  name: string,
  spec: SourceSpec,
  cwd: string,
): Promise<SourceTree['from']> {
  if (spec.kind === 'git') {
    const repository = absolutePath(cwd, spec.repository);
    if (/^\w+:\/\//.test(spec.repository)) throw notHere(spec.repository);
    if ((await kindOf(repository)) !== 'folder') {
      throw noTree(name, repository, undefined, NOT_THERE);
    }
    const commit = await commitOf(repository, spec.ref);
    for (const wanted of ['setup.py', name]) {
      const found = await git(repository, 'ls-tree', '--name-only', commit, '--', wanted);
      if (found === '') throw noTree(name, `${repository} at ${spec.ref}`, wanted);
    }
    return { kind: 'git', repository, commit };
  }
  const path = absolutePath(cwd, spec.path);
  const kind = await kindOf(path);
  if (kind === undefined) throw noTree(name, path, undefined, NOT_THERE);
  if (kind !== 'folder') throw noTree(name, path, undefined, `it is ${kind}`);
  for (const [wanted, expected] of [
    ['setup.py', 'a file'],
    [name, 'folder'],
  ] as const) {
    if ((await kindOf(join(path, wanted))) !== expected) throw noTree(name, path, wanted);
  }
  return { kind: 'dir', path };
}

const NOT_THERE = 'there is no such folder';

function notHere(url: string): RollgateError {
  return new RollgateError('not-a-source-tree', `${shortened(url)} is not on this machine`, {
    kind: 'usage',
    hint: 'Clone it first, and name the clone: git:PATH@REF',
  });
}

function noTree(
  name: string,
  path: string,
  missing?: string,
  why = missing === undefined ? '' : `there is no ${missing}`,
): RollgateError {
  return new RollgateError(
    'not-a-source-tree',
    `${path} is not a source tree of ${name}${why === '' ? '' : `: ${why}`}`,
    {
      kind: 'usage',
      // It writes only into a new or an empty folder.
      hint: `Name the top of a checkout, or write a release's own with: rollgate source export --package ${name} ${why === NOT_THERE ? path : 'DIR'}`,
    },
  );
}

async function isCommitted({ from }: SourceTree): Promise<boolean> {
  if (from.kind === 'dir') return isClean(from.path);
  return from.kind === 'git';
}

async function kindOf(path: string): Promise<string | undefined> {
  try {
    const status = await stat(path);
    if (status.isDirectory()) return 'folder';
    return status.isFile() ? 'a file' : otherKind(status);
  } catch (error) {
    if (isMissing(error) || codeOf(error) === 'ENOTDIR') return undefined;
    throw new RollgateError('not-a-source-tree', `${path} cannot be read: ${reasonOf(error)}`, {
      kind: 'usage',
      cause: error,
    });
  }
}
