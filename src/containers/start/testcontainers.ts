import getPort from 'get-port';
import { GenericContainer, Wait } from 'testcontainers';
import type { StartedTestContainer, WaitStrategy } from 'testcontainers';
import type { ContainerSpec } from '../port.ts';
import { waitFor } from '../wait.ts';

/**
 * A testcontainers container in a lab. It is published only on loopback, attached only to the lab's
 * network, and removed by rollgate's labels instead of by Ryuk. Ryuk's image needs a registry, and
 * Ryuk would remove a lab that is meant to outlive its process.
 */
class LabContainer extends GenericContainer {
  /**
   * @param hostPorts Loopback ports to publish on; `0` means any free one, a new one after each
   * start.
   */
  constructor(spec: ContainerSpec, hostPorts: readonly number[], listener: StartListener) {
    super(spec.image);
    this.autoCleanup = false;
    this.containerCreated = (id) => {
      listener.onCreated(id);
      return Promise.resolve();
    };
    this.withName(spec.name)
      .withHostname(spec.hostname)
      .withLabels({ ...spec.labels })
      .withEnvironment({ ...spec.environment })
      .withExposedPorts(...spec.ports)
      .withNetworkMode(spec.network)
      .withStartupTimeout(spec.readySeconds * 1000)
      .withWaitStrategy(reporting(waitStrategy(spec), listener.onNotReady))
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
      spec.ports.map((port, index) => [
        `${port}/tcp`,
        [{ HostIp: '127.0.0.1', HostPort: String(hostPorts[index] ?? 0) }],
      ]),
    );
    this.hostConfig.Mounts = (spec.volumes ?? []).map(({ name, path }) => ({
      Type: 'volume',
      Source: name,
      Target: path,
    }));
    this.hostConfig.Init = false;
  }
}

/** The time-out of one readiness request. */
const ANSWER_MS = 2000;

const noWait: WaitStrategy = {
  waitUntilReady: () => Promise.resolve(),
  withStartupTimeout: () => noWait,
  isStartupTimeoutSet: () => true,
  getStartupTimeout: () => 0,
};

function waitStrategy({ ready, readySeconds }: ContainerSpec): WaitStrategy {
  switch (ready.kind) {
    case 'log':
      return Wait.forLogMessage(ready.pattern);
    case 'http':
      return {
        ...noWait,
        // Not Wait.forHttp: inside a container, testcontainers uses the default bridge's gateway,
        // but a lab's ports are published only on loopback.
        waitUntilReady: (_, ports) =>
          answering(`http://127.0.0.1:${ports.getBinding(ready.port)}${ready.path}`, readySeconds),
      };
    case 'command':
      return Wait.forSuccessfulCommand(ready.command);
    case 'none':
      return noWait;
    default:
      return ready satisfies never;
  }
}

/** Waits for a status below 500. */
function answering(url: string, limitSeconds: number): Promise<void> {
  return waitFor({ what: `an answer at ${url}`, limitSeconds }, async () => {
    const { status, body } = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) });
    await body?.cancel();
    return status < 500 ? { value: undefined } : { notYet: `status ${status}` };
  });
}

/**
 * Reports a failed wait before testcontainers kills the container, because that exit would look
 * like the reason.
 */
function reporting(strategy: WaitStrategy, onNotReady: (error: unknown) => void): WaitStrategy {
  const wrapped: WaitStrategy = {
    waitUntilReady: async (...args) => {
      try {
        await strategy.waitUntilReady(...args);
      } catch (error) {
        onNotReady(error);
        throw error;
      }
    },
    withStartupTimeout(timeoutMs) {
      strategy.withStartupTimeout(timeoutMs);
      return wrapped;
    },
    isStartupTimeoutSet: () => strategy.isStartupTimeoutSet(),
    getStartupTimeout: () => strategy.getStartupTimeout(),
  };
  return wrapped;
}

export interface StartListener {
  /** Gets the container's id before it starts. */
  readonly onCreated: (id: string) => void;
  /** Gets the reason why it is not ready, while its state is still unchanged. */
  readonly onNotReady: (error: unknown) => void;
}

/** Creates and starts a container, and waits until it is ready. */
export async function startTestContainer(
  spec: ContainerSpec,
  listener: StartListener,
): Promise<StartedTestContainer> {
  // The engine would choose others at the next start.
  const kept = spec.keepsPorts === true ? spec.ports : [];
  const hostPorts = await Promise.all(
    kept.map(async (port) => spec.hostPorts?.get(port) ?? (await getPort({ host: '127.0.0.1' }))),
  );
  return new LabContainer(spec, hostPorts, listener).start();
}
