import type Docker from 'dockerode';
import { bootstrap, bootstrapLabel, type Debian } from './bootstrap.ts';
import { BuildReader, followBuild } from './build-stream.ts';
import type { ImageProgress } from './progress.ts';

/** An unreachable registry may simply not answer. */
const PULL_SILENCE_MS = 20_000;

/**
 * The bare image of a Debian suite: the existing one, otherwise one from a registry, otherwise one
 * built from packages. The image of a dated archive is always built: a registry's has newer
 * packages than the archive.
 *
 * @returns The reference to write behind FROM.
 */
export async function findFoundation(
  docker: Docker,
  debian: Debian,
  progress: ImageProgress,
  options: { readonly refresh: boolean; readonly signal: AbortSignal },
): Promise<string> {
  const { suite, archive } = debian;
  const official = `debian:${suite}-slim`;
  const made = `rollgate/debian:${suite}`;
  const isThere = { reference: [made], label: [bootstrapLabel(debian)] };
  if (!options.refresh && (await exists(docker, isThere))) return made;
  if (archive === undefined) {
    if (!options.refresh && (await exists(docker, { reference: [official] }))) return official;
    progress.enter('pull', `pulling ${official}`);
    if (await pull(docker, official, progress, options.signal)) return official;
  }
  const id = await bootstrap(docker, debian, progress, options.signal);
  await docker.getImage(id).tag({ repo: 'rollgate/debian', tag: suite });
  return made;
}

async function exists(
  docker: Docker,
  filters: { readonly reference: string[]; readonly label?: string[] },
): Promise<boolean> {
  const found = await docker.listImages({ filters });
  return found.length > 0;
}

/**
 * Whether it could be pulled. The reason for a failure does not matter, because there is another
 * way.
 */
async function pull(
  docker: Docker,
  ref: string,
  progress: ImageProgress,
  signal: AbortSignal,
): Promise<boolean> {
  const silence = new AbortController();
  const giveUp = (): void => silence.abort();
  let timer = setTimeout(giveUp, PULL_SILENCE_MS);
  const reader = new BuildReader(ref, () => undefined);
  try {
    const abortSignal = AbortSignal.any([signal, silence.signal]);
    const stream = await docker.pull(ref, { abortSignal });
    stream.on('data', () => {
      clearTimeout(timer);
      timer = setTimeout(giveUp, PULL_SILENCE_MS);
    });
    await followBuild(docker, stream, reader);
    return true;
  } catch {
    signal.throwIfAborted();
    progress.detail(`${ref} could not be pulled`);
    return false;
  } finally {
    clearTimeout(timer);
  }
}
