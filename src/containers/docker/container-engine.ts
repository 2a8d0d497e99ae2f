import type Docker from 'dockerode';
import { RollgateError } from '../../errors.ts';
import { isStatus } from '../http-status.ts';
import type {
  ContainerEngine,
  ContainerEvent,
  ContainerFile,
  StreamedFile,
  ContainerSpec,
  ContainerState,
  ContainerUsage,
  ExecOptions,
  ExecResult,
  Labelled,
  InteractOptions,
  LabelQuery,
  Labels,
  LogLine,
  LogOptions,
  NetworkTool,
  FinishedContainer,
  StartedContainer,
  NetworkPlace,
  StoppedContainer,
  SweepOptions,
} from '../port.ts';
import { startContainer } from '../start/start.ts';
import { checkTestcontainersRuntime } from '../start/testcontainers-runtime.ts';
import { packFiles, packStream, readArchivedFile } from '../streams/archive.ts';
import { execIn } from '../streams/exec.ts';
import { interactIn } from '../streams/interact.ts';
import { logLines } from '../streams/log-lines.ts';
import { waitFor } from '../wait.ts';
import { containerEvents } from './events.ts';
import { runInNetworkOf } from './network-tool.ts';
import { createNetwork, isAmbiguousNetwork, untilNetworkIsAlone } from './network.ts';
import { findLabelled, sweepLabelled } from './sweep.ts';
import { containerUsage } from './usage.ts';

/** How long a killed container may take to end: a busy machine frees its memory slowly. */
const KILLED_MS = 120_000;

/** The real container engine: testcontainers starts, dockerode does the rest. */
export class DockerContainerEngine implements ContainerEngine {
  readonly #docker: Docker;
  #checked: Promise<void> | undefined;

  constructor(docker: Docker) {
    this.#docker = docker;
  }

  createNetwork(spec: { readonly name: string; readonly labels: Labels }): Promise<void> {
    return createNetwork(this.#docker, spec);
  }

  async start(spec: ContainerSpec, signal?: AbortSignal): Promise<StartedContainer> {
    await (this.#checked ??= checkTestcontainersRuntime(this.#docker));
    for (;;) {
      try {
        return await startContainer(this.#docker, spec, signal);
      } catch (error) {
        if (!isAmbiguousNetwork(error)) throw error;
        await untilNetworkIsAlone(this.#docker, spec.network, signal);
      }
    }
  }

  async run(
    spec: Omit<ContainerSpec, 'ready' | 'ports'>,
    signal?: AbortSignal,
  ): Promise<FinishedContainer> {
    const started = await this.start({ ...spec, ready: { kind: 'none' }, ports: [] }, signal);
    const limit = AbortSignal.timeout(spec.readySeconds * 1000);
    const cut = AbortSignal.any([limit, ...(signal ? [signal] : [])]);
    try {
      const ended: { readonly StatusCode: number } = await this.#docker
        .getContainer(started.id)
        .wait({ abortSignal: cut });
      const lines: string[] = [];
      for await (const line of this.logs(started.id, { follow: false })) lines.push(line.text);
      return { exitCode: ended.StatusCode, output: lines.join('\n') };
    } catch (error) {
      signal?.throwIfAborted();
      if (!limit.aborted) throw error;
      throw new RollgateError(
        'timed-out',
        `waited ${spec.readySeconds} s for the end of ${spec.name} (${spec.image})`,
      );
    } finally {
      await this.remove(started.id);
    }
  }

  runInNetworkOf(
    name: string,
    tool: NetworkTool,
    signal?: AbortSignal,
  ): Promise<FinishedContainer> {
    return runInNetworkOf(this.#docker, name, tool, signal);
  }

  async imageId(ref: string): Promise<string | undefined> {
    try {
      return (await this.#docker.getImage(ref).inspect()).Id;
    } catch (error) {
      if (isStatus(error, 404)) return undefined;
      throw error;
    }
  }

  async state(name: string): Promise<ContainerState | undefined> {
    try {
      const { State } = await this.#docker.getContainer(name).inspect();
      return { running: State.Running, exitCode: State.ExitCode, outOfMemory: State.OOMKilled };
    } catch (error) {
      if (isStatus(error, 404)) return undefined;
      throw error;
    }
  }

  async stop(name: string, graceSeconds: number, signal?: AbortSignal): Promise<StoppedContainer> {
    signal?.throwIfAborted();
    const container = this.#docker.getContainer(name);
    const began = performance.now();
    try {
      // Docker sends the stop signal, and kills the container after `t` seconds.
      await container.stop({ t: graceSeconds, ...(signal ? { abortSignal: signal } : {}) });
    } catch (error) {
      signal?.throwIfAborted();
      // 304: it had already stopped.
      if (!isStatus(error, 304)) throw error;
    }
    const seconds = (performance.now() - began) / 1000;
    const { State } = await container.inspect();
    return { exitCode: State.ExitCode, outOfMemory: State.OOMKilled, seconds };
  }

  async kill(name: string): Promise<StoppedContainer> {
    const container = this.#docker.getContainer(name);
    const began = performance.now();
    const limit = AbortSignal.timeout(KILLED_MS);
    const ended = container.wait({ condition: 'not-running', abortSignal: limit });
    // If the engine is gone, it refuses both.
    ended.catch(() => undefined);
    try {
      await container.kill();
    } catch (error) {
      // 409: it does not run.
      if (!isStatus(error, 409)) throw error;
    }
    await ended.catch((cause: unknown) => {
      if (!limit.aborted) throw cause;
      const what = `the container engine did not end ${name} within ${KILLED_MS / 1000} s`;
      throw new RollgateError('engine-unreachable', what, { cause });
    });
    const { State } = await container.inspect();
    const seconds = (performance.now() - began) / 1000;
    return { exitCode: State.ExitCode, outOfMemory: State.OOMKilled, seconds };
  }

  async startAgain(name: string): Promise<void> {
    await this.#docker.getContainer(name).start();
  }

  async pause(name: string): Promise<void> {
    try {
      await this.#docker.getContainer(name).pause();
    } catch (error) {
      // 409: it is paused already, or does not run; its state shows which.
      if (!isStatus(error, 409) || !(await this.#isPaused(name))) throw error;
    }
  }

  async unpause(name: string): Promise<void> {
    if (await this.#isPaused(name)) await this.#docker.getContainer(name).unpause();
  }

  async unplug(name: string, network: string): Promise<NetworkPlace> {
    const { NetworkSettings: settings } = await this.#docker.getContainer(name).inspect();
    await this.#docker.getNetwork(network).disconnect({ Container: name });
    const { IPAddress: address = '', Aliases: aliases } = settings.Networks[network] ?? {};
    return { address, aliases: aliases ?? [] };
  }

  async plugIn(name: string, network: string, aliases: readonly string[]): Promise<void> {
    try {
      const { NetworkSettings: settings } = await this.#docker.getContainer(name).inspect();
      if (settings.Networks[network] !== undefined) return;
      await this.#docker.getNetwork(network).connect({
        Container: name,
        EndpointConfig: { Aliases: [...aliases] },
      });
    } catch (error) {
      if (!isStatus(error, 404)) throw error;
    }
  }

  async #isPaused(name: string): Promise<boolean> {
    try {
      return (await this.#docker.getContainer(name).inspect()).State.Paused;
    } catch (error) {
      if (isStatus(error, 404)) return false;
      throw error;
    }
  }

  async remove(name: string): Promise<void> {
    try {
      await this.#docker.getContainer(name).remove({ force: true, v: true });
    } catch (error) {
      if (isStatus(error, 404)) return;
      // 409: its removal is in progress. The caller needs the name to be free.
      if (!isStatus(error, 409)) throw error;
      await waitFor({ what: `the removal of ${name}`, limitSeconds: 60 }, async () =>
        (await this.state(name)) === undefined ? { value: undefined } : { notYet: 'it is there' },
      );
    }
  }

  exec(name: string, command: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    return execIn(this.#docker, name, command, options);
  }

  interact(name: string, command: readonly string[], options: InteractOptions): Promise<number> {
    return interactIn(this.#docker, name, command, options);
  }

  async readFile(name: string, path: string): Promise<string> {
    const stream = await this.#docker.getContainer(name).getArchive({ path });
    return readArchivedFile(stream, path);
  }

  async writeFiles(name: string, files: readonly ContainerFile[]): Promise<void> {
    await this.#docker.getContainer(name).putArchive(packFiles(files), { path: '/' });
  }

  async copyFile(name: string, file: StreamedFile): Promise<void> {
    await this.#docker.getContainer(name).putArchive(packStream(file), { path: '/' });
  }

  logs(name: string, options: LogOptions): AsyncIterable<LogLine> {
    return logLines(this.#docker, name, options);
  }

  events(labels: LabelQuery, signal: AbortSignal): AsyncIterable<ContainerEvent> {
    return containerEvents(this.#docker, labels, signal);
  }

  usage(labels: LabelQuery, signal?: AbortSignal): Promise<readonly ContainerUsage[]> {
    return containerUsage(this.#docker, labels, signal);
  }

  find(labels: LabelQuery): Promise<Labelled> {
    return findLabelled(this.#docker, labels);
  }

  sweep(labels: LabelQuery, options?: SweepOptions): Promise<Labelled> {
    return sweepLabelled(this.#docker, labels, options);
  }

  async createVolume(spec: { readonly name: string; readonly labels: Labels }): Promise<void> {
    await this.#docker.createVolume({ Name: spec.name, Labels: { ...spec.labels } });
  }

  async removeVolume(name: string): Promise<void> {
    try {
      await this.#docker.getVolume(name).remove();
    } catch (error) {
      if (!isStatus(error, 404)) throw error;
    }
  }

  async port(name: string, containerPort: number): Promise<number> {
    const { NetworkSettings } = await this.#docker.getContainer(name).inspect();
    const bound = NetworkSettings.Ports[`${containerPort}/tcp`]?.[0]?.HostPort;
    if (bound === undefined) {
      throw new RollgateError(
        'port-not-published',
        `${name} does not publish port ${containerPort}`,
      );
    }
    return Number(bound);
  }
}
