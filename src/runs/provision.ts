import type Docker from 'dockerode';
import { connectDocker } from '../containers/docker.ts';
import { DockerContainerEngine } from '../containers/docker/container-engine.ts';
import { ensureEngine } from '../containers/host/ensure-engine.ts';
import { ensureImages, imagesFor } from '../containers/images/ensure.ts';
import { upgradeImages, tempestImage, type ImageRecipe } from '../containers/images/recipe.ts';
import { ensureOwnImages } from '../containers/own-image/ensure.ts';
import type { ContainerEngine } from '../containers/port.ts';
import { ensureOverlays } from '../containers/source/ensure-overlays.ts';
import { hasImage } from '../containers/start/start.ts';
import { RollgateError } from '../errors.ts';
import { sweepAbandoned } from '../lab/find.ts';
import type { Overlay } from '../release/overlay.ts';
import { IMAGE_SERIES, type ReleaseRef } from '../release/release.ts';
import type { InfrastructureUpgrade } from '../scenario/topology/infrastructure.ts';
import { defaultSubject, loadReleases } from '../subject/registry.ts';
import type { Subject } from '../subject/subject.ts';

export interface ProvisionOptions {
  readonly subject: Subject;
  /** The releases whose images are needed. */
  readonly releases: readonly ReleaseRef[];
  /** Whether checks need the client container. */
  readonly client?: boolean | undefined;
  /** How images are made if source is laid over a release's image. */
  readonly overlays?: readonly Overlay[] | undefined;
  /** Infrastructure that is swapped for another suite's. */
  readonly infrastructure?: readonly InfrastructureUpgrade[] | undefined;
  /** Default: `all`. */
  readonly setup?: Setup | undefined;
  readonly onProgress?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The parts that may be set up if they are missing. `all`: the container engine too, which is
 * installed and started on this machine. `images`: the engine's images. `none`: a missing part is
 * an error.
 */
export type Setup = (typeof SETUPS)[number];
export const SETUPS = ['all', 'images', 'none'] as const;

/**
 * Sets up missing parts if allowed: the container engine, images. Removes the remains of killed
 * processes.
 */
export async function provision(options: ProvisionOptions): Promise<ContainerEngine> {
  const say = options.onProgress ?? ((): void => undefined);
  const { setup = 'all' } = options;
  await ensureEngine({ fix: setup === 'all', onProgress: say, signal: options.signal });
  const docker = await connectDocker();
  const given = options.releases.filter(({ series }) => series === IMAGE_SERIES);
  const { ownImage, shape } = options.subject;
  await ensureOwnImages(
    docker,
    given.map(({ image }) => image),
    ownImage,
    {
      title: shape.title,
      onProgress: say,
      signal: options.signal,
    },
  );
  const images = options.releases.map(({ image }) => image);
  const overlays = (options.overlays ?? []).filter(({ image }) => images.includes(image));
  const known = seriesOf(options.releases, overlays);
  const catalogue = await loadReleases(options.subject);
  const wanted = [
    ...imagesFor(options.subject.imageRecipe, known, catalogue),
    ...(options.infrastructure ?? []).flatMap((one) => upgradeImages(one, catalogue)),
    ...(options.client === true ? [tempestImage(catalogue)] : []),
  ];
  if (setup === 'none') await checkImages(docker, wanted, options.subject);
  else {
    await ensureImages(docker, wanted, {
      onProgress: (progress) => say(progress.line),
      signal: options.signal,
    });
  }
  await ensureOverlays(docker, overlays, {
    onProgress: (progress) => say(progress.line),
    signal: options.signal,
  });
  return openEngine(say);
}

/** The series of the catalogue whose images these releases use, directly or below a source tree. */
export function seriesOf(
  releases: readonly ReleaseRef[],
  overlays: readonly Overlay[],
): readonly string[] {
  return releases.flatMap(({ series, image }) => {
    const overlay = overlays.find((one) => one.image === image);
    if (overlay !== undefined) return [overlay.series];
    return series === IMAGE_SERIES ? [] : [series];
  });
}

/** @throws RollgateError `image-missing` with the command that builds them. */
async function checkImages(
  docker: Docker,
  wanted: readonly ImageRecipe[],
  { shape }: Subject,
): Promise<void> {
  const missing: ImageRecipe[] = [];
  for (const image of wanted) if (!(await hasImage(docker, image.ref))) missing.push(image);
  if (missing.length === 0) return;
  const refs = missing.map(({ ref }) => ref).join(', ');
  const series = missing.flatMap((image) => image.series ?? []);
  throw new RollgateError('image-missing', `images are missing: ${refs}`, {
    kind: 'usage',
    hint: `Build them with: npx rollgate images build ${subjectPart(shape)}${series.join(' ') || '--all'}`,
  });
}

/** The option that names a subject other than the default. */
function subjectPart({ name }: Subject['shape']): string {
  return name === defaultSubject.shape.name ? '' : `--subject ${name} `;
}

/** The engine as it is; the remains of killed processes are removed. */
export async function openEngine(
  say: (line: string) => void = () => undefined,
): Promise<ContainerEngine> {
  const engine = new DockerContainerEngine(await connectDocker());
  for (const { name, networks } of await sweepAbandoned(engine)) {
    say(
      networks.length === 0
        ? `swept lab ${name}, whose process is gone`
        : `the container engine does not remove ${networks.join(', ')}, left by a killed process; restart the engine to remove it`,
    );
  }
  return engine;
}
