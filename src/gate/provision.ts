import { DockerContainerEngine } from '../engine/container-engine.ts';
import { connectDocker } from '../engine/docker.ts';
import { ensureEngine } from '../engine/host/ensure-engine.ts';
import { ensureImages, imagesFor } from '../engine/images/ensure.ts';
import type { ContainerEngine } from '../engine/port.ts';
import { sweepAbandoned } from '../lab/find.ts';

export interface ProvisionOptions {
  /** The series whose images are needed. */
  readonly series: readonly string[];
  readonly onProgress?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Sets up what is missing: the container engine where it may, images; sweeps what was left. */
export async function provision(options: ProvisionOptions): Promise<ContainerEngine> {
  const say = options.onProgress ?? ((): void => undefined);
  await ensureEngine({ fix: true, onProgress: say });
  const docker = await connectDocker();
  await ensureImages(docker, await imagesFor(options.series), {
    onProgress: (progress) => say(progress.line),
    signal: options.signal,
  });
  return openEngine(say);
}

/** The engine as it is; what killed processes left is swept. */
export async function openEngine(
  say: (line: string) => void = () => undefined,
): Promise<ContainerEngine> {
  const engine = new DockerContainerEngine(await connectDocker());
  for (const name of await sweepAbandoned(engine)) {
    say(`swept lab ${name}, whose process is gone`);
  }
  return engine;
}
