import { copyFile, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type Docker from 'dockerode';
import { execa } from 'execa';
import { RollgateError } from '../../errors.ts';
import { makeTemporaryFolder } from '../../files/temporary.ts';
import type { SourceTree } from '../../release/overlay.ts';
import { sourceFiles } from '../../release/source/files.ts';
import { git, GIT_ENVIRONMENT } from '../../release/source/git.ts';
import { exportPackage } from './export-package.ts';

/** Calls a function with a temporary folder. */
export async function inTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = makeTemporaryFolder('rollgate-source-');
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Puts a source tree, with its patches applied, into an existing empty folder.
 *
 * @param image The source of an installed package.
 * @throws RollgateError `patch-does-not-apply`, `git-failed`, `git-missing`, `not-exported`.
 */
export async function stageTree(
  docker: Docker,
  { package: name, from, patches }: SourceTree,
  { image, folder }: { readonly image: string; readonly folder: string },
): Promise<void> {
  if (from.kind === 'installed') await exportPackage(docker, image, name, folder);
  else await copySource(from, folder);
  for (const patch of patches) await applyPatch(folder, patch, name);
}

/**
 * Puts the user's source tree, without patches, into an existing empty folder.
 *
 * @throws RollgateError `git-failed`, `git-missing`.
 */
export async function copySource(
  from: Exclude<SourceTree['from'], { readonly kind: 'installed' }>,
  folder: string,
): Promise<void> {
  if (from.kind === 'git') await checkOut(from.repository, from.commit, folder);
  else await copyTree(from.path, folder);
}

async function copyTree(from: string, to: string): Promise<void> {
  const files = await sourceFiles(from);
  for (const folder of new Set(files.map((file) => dirname(file)))) {
    await mkdir(join(to, folder), { recursive: true });
  }
  for (const file of files) await copyFile(join(from, file), join(to, file));
}

/** The files of a commit, without touching the repository's index or its work tree. */
async function checkOut(repository: string, commit: string, folder: string): Promise<void> {
  await inTemporaryFolder(async (temporary) => {
    const archive = join(temporary, 'tree.tar');
    await git(repository, 'archive', '--format=tar', `--output=${archive}`, commit);
    await execa('tar', ['-x', '-f', archive, '-C', folder]);
  });
}

async function applyPatch(folder: string, patch: string, name: string): Promise<void> {
  // Not a repository that may contain the temporary folder.
  const env = { ...GIT_ENVIRONMENT, GIT_CEILING_DIRECTORIES: dirname(folder) };
  const command = ['-C', folder, 'apply', '--whitespace=nowarn', patch];
  const done = await execa('git', command, { reject: false, env });
  if (!done.failed) return;
  throw new RollgateError('patch-does-not-apply', `${patch} does not apply to ${name}`, {
    kind: 'usage',
    detail: done.stderr || done.message || 'git said nothing',
    hint: 'Make it again against that tree: `git diff` at its top, paths as a/… and b/….',
  });
}
