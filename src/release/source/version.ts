import { realpath } from 'node:fs/promises';
import type { SourceTree } from '../overlay.ts';
import { askGit } from './git.ts';
import { metadataValue } from './image-choice.ts';
import { readTreeFile } from './tree-needs.ts';

/** OpenStack's tags of releases: `26.0.1`, `26.0.0.0rc1`. */
const TAGS = '[0-9]*.[0-9]*.[0-9]*';

/** The output of `git describe --long` for a commit. */
export interface Described {
  /** The nearest previous tag; `undefined` if there is none. */
  readonly tag: string | undefined;
  /** Commits since. */
  readonly distance: number;
  readonly commit: string;
}

/**
 * The version of a source tree according to its git history, or to its `PKG-INFO` or `setup.cfg` if
 * it has no git history.
 *
 * @param changed Marks a tree that differs from its commit, e.g. `d1a2b3c4`.
 */
export async function versionOf(
  { from }: SourceTree,
  changed: string | undefined,
): Promise<string> {
  if (from.kind === 'git') return pep440(await describe(from.repository, from.commit), changed);
  if (from.kind === 'installed') throw new Error('the image says it: a bug');
  const top = await askGit(from.path, 'rev-parse', '--show-toplevel');
  if (top === undefined || top !== (await realpath(from.path))) {
    return withLocal((await writtenVersion(from)) ?? '0', [changed]);
  }
  return pep440(await describe(from.path, 'HEAD'), changed);
}

/** Whether a directory is a git tree without changes since its commit. */
export async function isClean(path: string): Promise<boolean> {
  const top = await askGit(path, 'rev-parse', '--show-toplevel');
  if (top !== (await realpath(path))) return false;
  return (await askGit(path, 'status', '--porcelain')) === '';
}

async function describe(repository: string, ref: string): Promise<Described> {
  const long = await askGit(repository, 'describe', '--tags', '--long', `--match=${TAGS}`, ref);
  const [, tag, distance, commit] = /^(.*)-(\d+)-g([0-9a-f]+)$/.exec(long ?? '') ?? [];
  if (tag !== undefined && commit !== undefined) return { tag, distance: Number(distance), commit };
  const short = await askGit(repository, 'rev-parse', '--short', ref);
  return { tag: undefined, distance: 0, commit: short ?? 'unborn' };
}

/**
 * A version in the form of PEP 440, as pbr counts it. A commit after 26.0.1 is on its way to
 * 26.0.2; a commit after 26.0.0.0rc1, to 26.0.0.0rc2.
 */
export function pep440({ tag, distance, commit }: Described, changed?: string): string {
  if (tag === undefined) return withLocal('0', [`g${commit}`, changed]);
  // Not the release itself, which may be the other side of the upgrade.
  if (distance === 0) return withLocal(tag, [changed ?? `g${commit}`]);
  const next = tag.replace(/\d+$/, (last) => String(Number(last) + 1));
  return withLocal(`${next}.dev${distance}`, [`g${commit}`, changed]);
}

/** `26.0.1+d1a2b3c4`: a local version, which shows that it is not a published release. */
export function withLocal(version: string, parts: readonly (string | undefined)[]): string {
  const local = parts.filter((part) => part !== undefined);
  return local.length === 0 ? version : `${version}+${local.join('.')}`;
}

/** The version in `PKG-INFO` or `setup.cfg`. */
async function writtenVersion(from: SourceTree['from']): Promise<string | undefined> {
  const information = (await readTreeFile(from, 'PKG-INFO')) ?? '';
  return (
    /^Version: (.*)$/m.exec(information)?.[1] ??
    metadataValue((await readTreeFile(from, 'setup.cfg')) ?? '', 'version')
  );
}
