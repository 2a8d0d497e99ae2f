import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import { messageOf } from '../../errors.ts';
import { isStatus } from '../http-status.ts';
import { GIVEN_LABEL, imageId, runnableImage } from '../own-image/adapted.ts';
import type { ContainerSpec, StartedContainer } from '../port.ts';
import { parseLogLine } from '../streams/log-lines.ts';
import { followOutput } from '../streams/output.ts';
import { LastLines } from './last-lines.ts';
import { ExitedEarly, imageMissing, startError } from './start-error.ts';
import { startTestContainer } from './testcontainers.ts';

/** How long the log of an exited container may take to end. */
const LOG_END_MS = 2000;

/**
 * Starts a container and waits until it is ready or has ended. A container that does not become
 * ready is removed.
 *
 * @throws See ContainerEngine.start.
 */
export async function startContainer(
  docker: Docker,
  spec: ContainerSpec,
  signal?: AbortSignal,
): Promise<StartedContainer> {
  signal?.throwIfAborted();
  // Otherwise testcontainers would try to pull it, and wait as long as a registry is silent.
  const image = await runnableImage(docker, spec.image);
  if (image === undefined) throw imageMissing(spec);
  const output = new LastLines(60);
  const watching = new AbortController();
  const cut = Promise.withResolvers<never>();
  cut.promise.catch(() => undefined);
  const onAbort = (): void => cut.reject(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  let id: string | undefined;
  let followed: Promise<void> = Promise.resolve();
  let exited: Promise<ExitedEarly> | undefined;
  const onCreated = (created: string): void => {
    id = created;
    // Aborted while the engine created it, so it must not even start.
    signal?.throwIfAborted();
    // A container without a wait condition may end at any time.
    if (spec.ready.kind === 'none' && spec.ports.length === 0) return;
    followed = collect(docker, created, output, { follow: true, signal: watching.signal });
    exited = exitOf(docker, created, watching.signal).then((code) => new ExitedEarly(code));
    exited.then(cut.reject, () => undefined);
  };
  const starting = startTestContainer(startedFrom(spec, image), {
    onCreated,
    onNotReady: cut.reject,
  });
  try {
    const started = await Promise.race([starting, cut.promise]);
    const ports = new Map(spec.ports.map((port) => [port, started.getMappedPort(port)]));
    return { name: spec.name, id: started.getId(), ports };
  } catch (thrown) {
    // It waits for a creation in progress; otherwise its container would be left behind.
    if (id === undefined) await starting.catch(() => undefined);
    else starting.catch(() => undefined);
    const error = await exitBehind(thrown, exited);
    if (error instanceof ExitedEarly) {
      await Promise.race([followed, delay(LOG_END_MS)]);
      // The engine ends a log that is followed before the container's start.
      if (id !== undefined && output.lines().length === 0) await collect(docker, id, output, {});
    }
    if (id !== undefined) await remove(docker, id);
    if (signal?.aborted === true) throw signal.reason;
    throw startError(spec, error, textOf(output));
  } finally {
    signal?.removeEventListener('abort', onAbort);
    watching.abort();
    await followed;
  }
}

/**
 * A container that exits also ends its log, and testcontainers may notice that first. The exit is
 * the reason.
 */
async function exitBehind(thrown: unknown, exited: Promise<unknown> | undefined): Promise<unknown> {
  if (exited === undefined || !messageOf(thrown).startsWith('Log stream ended')) return thrown;
  try {
    return await Promise.race([exited, delay(LOG_END_MS, thrown)]);
  } catch {
    return thrown;
  }
}

/** The same container, from an image that was prepared for it. */
function startedFrom(spec: ContainerSpec, image: string): ContainerSpec {
  return image === spec.image
    ? spec
    : { ...spec, image, labels: { ...spec.labels, [GIVEN_LABEL]: spec.image } };
}

/** Whether the engine has an image. */
export async function hasImage(docker: Docker, image: string): Promise<boolean> {
  return (await imageId(docker, image)) !== undefined;
}

/**
 * Waits for a container's next exit. Call it before the container starts, so that no exit is
 * missed.
 */
async function exitOf(docker: Docker, id: string, signal: AbortSignal): Promise<number> {
  const ended: { readonly StatusCode: number } = await docker
    .getContainer(id)
    .wait({ condition: 'next-exit', abortSignal: signal });
  return ended.StatusCode;
}

async function collect(
  docker: Docker,
  id: string,
  into: LastLines,
  { follow = false, signal }: { readonly follow?: boolean; readonly signal?: AbortSignal },
): Promise<void> {
  try {
    for await (const chunk of followOutput(docker, id, { follow }, signal)) into.add(chunk);
  } catch (error) {
    into.add(`${new Date().toISOString()} (its log could not be read: ${messageOf(error)})\n`);
  }
}

function textOf(output: LastLines): string {
  return output
    .lines()
    .map((line) => parseLogLine(line).text)
    .join('\n');
}

async function remove(docker: Docker, id: string): Promise<void> {
  try {
    await docker.getContainer(id).remove({ force: true, v: true });
  } catch (error) {
    // 404: already gone; 409: testcontainers is removing it.
    if (!isStatus(error, 404) && !isStatus(error, 409)) throw error;
  }
}
