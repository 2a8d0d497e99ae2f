import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { pack } from 'tar-stream';
import { RollgateError } from '../../errors.ts';
import { BuildReader, followBuild } from './build-stream.ts';
import { findFoundation } from './foundation.ts';
import type { ContextFile, ImageInputs } from './inputs.ts';
import { imageLabels, parseLabels, type BuiltImage } from './labels.ts';
import { ImageProgress, type ProgressListener } from './progress.ts';
import { checkVersion, findVersion } from './version.ts';

export interface BuildOptions {
  readonly onProgress?: ProgressListener | undefined;
  readonly signal: AbortSignal;
  /** Fetches packages again, even if they were fetched before. */
  readonly refresh: boolean;
}

/**
 * Builds an image on an existing parent and reads its version from it. Only then does the image get
 * its labels and its tag, so an image with a tag is complete.
 *
 * @throws RollgateError `image-build-failed`, `version-differs`.
 */
export async function buildImage(
  docker: Docker,
  inputs: ImageInputs,
  { onProgress, signal, refresh }: BuildOptions,
): Promise<BuiltImage> {
  const { recipe, files, hash } = inputs;
  const progress = new ImageProgress(recipe.name, onProgress);
  const from =
    recipe.parent === undefined
      ? { FROM: await findFoundation(docker, recipe, progress, { refresh, signal }) }
      : { SUITE: recipe.suite };

  progress.enter('build', 'building');
  const unlabelled = await runBuild(docker, recipe.name, files, progress, {
    buildargs: from,
    nocache: refresh,
    abortSignal: signal,
  });

  progress.enter('check', 'looking up the version inside');
  const found = await findVersion(docker, unlabelled, recipe);
  const warning = checkVersion(recipe, found);
  if (warning !== undefined) progress.enter('check', `warning: ${warning}`);
  signal.throwIfAborted();

  const labels = imageLabels(recipe, { ...found, inputs: hash, built: new Date().toISOString() });
  const dockerfile = {
    path: 'Dockerfile',
    executable: false,
    content: Buffer.from(`FROM ${unlabelled}\n`),
  };
  const id = await runBuild(docker, recipe.name, [dockerfile], progress, { labels, t: recipe.ref });
  const built = parseLabels(labels, recipe.ref, id);
  if (built === undefined) throw new Error(`labels of ${recipe.ref} cannot be read back`);
  progress.enter(
    'done',
    `ready, ${recipe.service} ${found.version}, in ${Math.round(progress.seconds)} s`,
  );
  return built;
}

async function runBuild(
  docker: Docker,
  name: string,
  files: readonly ContextFile[],
  progress: ImageProgress,
  options: Docker.ImageBuildOptions,
): Promise<string> {
  const reader = new BuildReader(name, (line) => progress.detail(line));
  const network = await outwardNetwork(docker);
  // forcerm: a failed or cancelled step leaves no container.
  const stream = await docker.buildImage(packContext(files), {
    ...options,
    ...network,
    rm: true,
    forcerm: true,
  });
  await followBuild(docker, stream, reader);
  if (reader.id === undefined) {
    throw new RollgateError('image-build-failed', `image ${name}: the engine gave no image`);
  }
  return reader.id;
}

/** An engine may run without its default bridge; the host's own network always works. */
async function outwardNetwork(docker: Docker): Promise<{ readonly networkmode?: string }> {
  const bridges = await docker.listNetworks({ filters: { name: ['bridge'], driver: ['bridge'] } });
  return bridges.some(({ Name }) => Name === 'bridge') ? {} : { networkmode: 'host' };
}

function packContext(files: readonly ContextFile[]): NodeJS.ReadableStream {
  const tar = pack();
  for (const { path, executable, content } of files) {
    // A fixed time, because the engine's layer cache compares contents.
    tar.entry({ name: path, mode: executable ? 0o755 : 0o644, mtime: new Date(0) }, content);
  }
  tar.finalize();
  return Readable.from(tar);
}
