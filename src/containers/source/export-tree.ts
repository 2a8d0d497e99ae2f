import type Docker from 'dockerode';
import { git } from '../../release/source/git.ts';
import { exportPackage } from './export-package.ts';

/** A commit needs an author; this one is only in the tree's own configuration. */
const IDENTITY = [
  '-c',
  'user.name=rollgate',
  '-c',
  'user.email=rollgate@localhost',
  '-c',
  'commit.gpgSign=false',
  '-c',
  'tag.gpgSign=false',
];

/**
 * Writes an installed package as a git tree of one commit with the version as its tag, so that `git
 * describe` shows later changes.
 *
 * @returns The version.
 * @throws RollgateError `not-exported`, `git-missing`, `git-failed`.
 */
export async function exportTree(
  docker: Docker,
  {
    image,
    name,
    folder,
  }: { readonly image: string; readonly name: string; readonly folder: string },
): Promise<string> {
  const version = await exportPackage(docker, image, name, folder);
  await git(folder, 'init', '--quiet', '--initial-branch=main');
  await git(folder, 'add', '--all', '--force');
  await git(
    folder,
    ...IDENTITY,
    'commit',
    '--quiet',
    `--message=${name} ${version} as in ${image}`,
  );
  await git(folder, ...IDENTITY, 'tag', '--annotate', `--message=${version}`, version);
  return version;
}
