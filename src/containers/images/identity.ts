import { isDeepStrictEqual } from 'node:util';
import type Docker from 'dockerode';
import { z } from 'zod';
import { keptText } from '../../files/kept.ts';
import { isStatus } from '../http-status.ts';
import { readArchivedFile } from '../streams/archive.ts';
import { INSPECTION_LABEL } from './labels.ts';

const packagesSchema = z.record(z.string(), z.string());

/** The identity of an image, to compare with the one of the same name on another machine. */
export const ImageIdentitySchema = z.object({
  ref: z.string(),
  id: z.string(),
  /** Hash of rollgate's inputs of the build; `null` for a user's own image. */
  inputs: z.string().nullable(),
  /** Version of each Debian package that is installed; empty for an image without dpkg. */
  packages: packagesSchema,
});
export type ImageIdentity = Readonly<z.output<typeof ImageIdentitySchema>>;

/** The layer of a commit that changed nothing: an empty tar archive. */
const EMPTY_LAYER = 'sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef';

/** Whether two images start the same program from the same files, independent of their names. */
export async function sameContent(docker: Docker, one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map((ref) => docker.getImage(ref).inspect()));
  if (a === undefined || b === undefined) return false;
  return a.Id === b.Id || isDeepStrictEqual(contentOf(a), contentOf(b));
}

function contentOf({ RootFS, Config }: Docker.ImageInspectInfo): unknown {
  const { Env, Cmd, Entrypoint, User, WorkingDir } = Config;
  const layers = (RootFS.Layers ?? []).filter((layer) => layer !== EMPTY_LAYER);
  return { layers, Env, Cmd, Entrypoint, User, WorkingDir };
}

const PACKAGES = '/var/lib/dpkg/status';

/** Reads an image without running it. The image has to exist. */
export async function identifyImage(docker: Docker, ref: string): Promise<ImageIdentity> {
  const { Id: id, Config } = await docker.getImage(ref).inspect();
  const packages = await keptText(['packages', id], async () => ({
    text: JSON.stringify(installedPackages(await readStatus(docker, ref))),
    isLasting: true,
  }));
  return {
    ref,
    id,
    inputs: Config.Labels?.['rollgate.inputs'] ?? null,
    packages: packagesSchema.parse(JSON.parse(packages)),
  };
}

/** A container that is never started shows the files of its image. */
async function readStatus(docker: Docker, ref: string): Promise<string> {
  const container = await docker.createContainer({
    Image: ref,
    Cmd: ['true'],
    HostConfig: { NetworkMode: 'none' },
    Labels: { [INSPECTION_LABEL]: ref },
  });
  try {
    return await readIfThere(container, PACKAGES);
  } finally {
    await container.remove({ force: true, v: true });
  }
}

/** An image of a user's own may have other packages than Debian's. */
async function readIfThere(container: Docker.Container, path: string): Promise<string> {
  try {
    return await readArchivedFile(await container.getArchive({ path }), path);
  } catch (error) {
    if (isStatus(error, 404)) return '';
    throw error;
  }
}

/** dpkg's database of packages (dpkg(1), "Package states") as name and version. */
export function installedPackages(status: string): Readonly<Record<string, string>> {
  const paragraphs = status.split(/\n{2,}/).map((text) => ({
    name: /^Package: (.*)$/m.exec(text)?.[1],
    version: /^Version: (.*)$/m.exec(text)?.[1],
    installed: /^Status: \S+ \S+ installed$/m.test(text),
  }));
  return Object.fromEntries(
    paragraphs.flatMap(({ name, version, installed }) =>
      installed && name !== undefined && version !== undefined ? [[name, version]] : [],
    ),
  );
}

/** How many different packages are named. */
const MOST_PACKAGES = 6;

/**
 * The differences between earlier images and the present ones: a line for each image with another
 * content.
 */
export function imageDifferences(
  were: readonly ImageIdentity[],
  are: readonly ImageIdentity[],
): readonly string[] {
  return were.flatMap((was) => {
    const is = are.find(({ ref }) => ref === was.ref);
    if (is === undefined) return [`image ${was.ref} is not used here`];
    const parts = is.id === was.id ? [] : [...inputsChanged(was, is), ...packagesChanged(was, is)];
    return parts.length === 0 ? [] : [`image ${was.ref}: ${parts.join('; ')}`];
  });
}

function inputsChanged(was: ImageIdentity, is: ImageIdentity): readonly string[] {
  if (was.inputs === null && is.inputs === null) {
    return [`${was.id} was another, here it is ${is.id}`];
  }
  return was.inputs === is.inputs ? [] : ['it was built from other files of rollgate'];
}

function packagesChanged(was: ImageIdentity, is: ImageIdentity): readonly string[] {
  const names = [...new Set([...Object.keys(was.packages), ...Object.keys(is.packages)])].sort();
  const changed = names
    .map((name) => ({ name, before: was.packages[name], now: is.packages[name] }))
    .filter(({ before, now }) => before !== now)
    .map(
      ({ name, before, now }) => `${name} was ${before ?? 'not there'}, here ${now ?? 'not there'}`,
    );
  const rest = changed.length - MOST_PACKAGES;
  return [...changed.slice(0, MOST_PACKAGES), ...(rest > 0 ? [`and ${rest} packages more`] : [])];
}
