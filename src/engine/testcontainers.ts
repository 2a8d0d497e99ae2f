import type Docker from 'dockerode';
import { GenericContainer, Wait } from 'testcontainers';
import type { StartedTestContainer, WaitStrategy } from 'testcontainers';
import type { ContainerSpec, Readiness } from './port.ts';

/**
 * A testcontainers container that lives in a lab: published on loopback alone, attached to the
 * lab's network only, and swept by rollgate's labels instead of by Ryuk (whose image needs a
 * registry, and which would take away a lab that shall outlive its process).
 */
class LabContainer extends GenericContainer {
  constructor(spec: ContainerSpec, onCreated: (id: string) => void) {
    super(spec.image);
    this.autoCleanup = false;
    this.containerCreated = (id) => {
      onCreated(id);
      return Promise.resolve();
    };
    this.withName(spec.name)
      .withHostname(spec.hostname)
      .withLabels({ ...spec.labels })
      .withEnvironment({ ...spec.environment })
      .withExposedPorts(...spec.ports)
      .withNetworkMode(spec.network)
      .withStartupTimeout(spec.readySeconds * 1000)
      .withWaitStrategy(waitStrategy(spec.ready))
      .withCopyContentToContainer(
        spec.files.map((file) => ({
          content: file.content,
          target: file.path,
          mode: file.mode ?? 0o644,
        })),
      );
    if (spec.command !== undefined) this.withCommand([...spec.command]);
    // With testcontainers' own aliases the container would also join the default bridge.
    this.createOpts.NetworkingConfig = {
      EndpointsConfig: { [spec.network]: { Aliases: [...spec.aliases] } },
    };
    this.hostConfig.PortBindings = Object.fromEntries(
      spec.ports.map((port) => [`${port}/tcp`, [{ HostIp: '127.0.0.1', HostPort: '0' }]]),
    );
    this.hostConfig.Init = false;
  }
}

const noWait: WaitStrategy = {
  waitUntilReady: () => Promise.resolve(),
  withStartupTimeout: () => noWait,
  isStartupTimeoutSet: () => true,
  getStartupTimeout: () => 0,
};

function waitStrategy(ready: Readiness): WaitStrategy {
  switch (ready.kind) {
    case 'log':
      return Wait.forLogMessage(ready.pattern);
    case 'http':
      return Wait.forHttp(ready.path, ready.port, {
        abortOnContainerExit: true,
      }).forStatusCodeMatching((status) => status < 500);
    case 'none':
      return noWait;
    default:
      return ready satisfies never;
  }
}

/**
 * Creates and starts a container.
 * @param onCreated Called with the container's id before it starts.
 */
export function startTestContainer(
  spec: ContainerSpec,
  onCreated: (id: string) => void,
): Promise<StartedTestContainer> {
  return new LabContainer(spec, onCreated).start();
}

/** Follows a container's output as plain text chunks, standard output and error together. */
export async function* followOutput(
  docker: Docker,
  id: string,
  options: { readonly since?: number; readonly tail?: number; readonly follow: boolean },
  signal?: AbortSignal,
): AsyncIterable<string> {
  const container = docker.getContainer(id);
  const shared = {
    stdout: true,
    stderr: true,
    timestamps: true,
    ...(options.since === undefined ? {} : { since: options.since }),
    ...(options.tail === undefined ? {} : { tail: options.tail }),
  };
  if (!options.follow) {
    const buffer = await container.logs({ ...shared, follow: false });
    yield demultiplex(Buffer.from(buffer)).text;
    return;
  }
  const stream = await container.logs({ ...shared, follow: true });
  const stop = (): void => {
    if ('destroy' in stream && typeof stream.destroy === 'function') stream.destroy();
  };
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted === true) stop();
  try {
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of stream) {
      const part = demultiplex(Buffer.concat([rest, Buffer.from(chunk)]));
      rest = part.rest;
      if (part.text !== '') yield part.text;
    }
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    stop();
  }
}

/**
 * Takes the frames of the engine's attach format apart: 1 byte stream, 3 zero bytes, 4 bytes
 * length (big endian), payload (Docker Engine API, "Attach to a container", stream format).
 */
export function demultiplex(buffer: Buffer): { readonly text: string; readonly rest: Buffer } {
  const parts: string[] = [];
  let offset = 0;
  while (buffer.length - offset >= 8) {
    const length = buffer.readUInt32BE(offset + 4);
    if (buffer.length - offset - 8 < length) break;
    parts.push(buffer.toString('utf8', offset + 8, offset + 8 + length));
    offset += 8 + length;
  }
  return { text: parts.join(''), rest: buffer.subarray(offset) };
}
