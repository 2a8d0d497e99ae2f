import type Docker from 'dockerode';
import { RollgateError, messageOf } from '../errors.ts';
import { finished } from 'node:stream/promises';
import { PassThrough } from 'node:stream';
import type {
  ContainerEngine,
  ContainerFile,
  ContainerSpec,
  ContainerState,
  ExecOptions,
  ExecResult,
  Found,
  Labels,
  LogLine,
  LogOptions,
  RunResult,
  StartedContainer,
  StoppedContainer,
} from './port.ts';
import { findLabelled, sweepLabelled } from './sweep.ts';
import { readArchivedFile, packFiles } from './archive.ts';
import { followOutput, startTestContainer } from './testcontainers.ts';

/** The real container engine: testcontainers starts, dockerode does the rest. */
export class DockerContainerEngine implements ContainerEngine {
  readonly #docker: Docker;

  constructor(docker: Docker) {
    this.#docker = docker;
  }

  async createNetwork(spec: { readonly name: string; readonly labels: Labels }): Promise<void> {
    // testcontainers' Network knows neither labels nor driver options.
    await this.#docker.createNetwork({
      Name: spec.name,
      CheckDuplicate: true,
      Driver: 'bridge',
      Labels: { ...spec.labels },
      Options: { 'com.docker.network.bridge.host_binding_ipv4': '127.0.0.1' },
    });
  }

  async start(spec: ContainerSpec, signal?: AbortSignal): Promise<StartedContainer> {
    signal?.throwIfAborted();
    let id: string | undefined;
    const output = new LastLines(60);
    const following = new AbortController();
    let followed: Promise<void> = Promise.resolve();
    const onCreated = (created: string): void => {
      id = created;
      // testcontainers removes a container that did not get ready: its log is kept here.
      if (spec.ready.kind === 'none') return;
      followed = collect(this.#docker, created, output, following.signal);
    };
    try {
      const started = await startTestContainer(spec, onCreated);
      const ports = new Map(spec.ports.map((port) => [port, started.getMappedPort(port)]));
      return { name: spec.name, id: started.getId(), ports };
    } catch (error) {
      throw startError(spec, id, error, output.text());
    } finally {
      following.abort();
      await followed;
    }
  }

  async run(
    spec: Omit<ContainerSpec, 'ready' | 'ports'>,
    signal?: AbortSignal,
  ): Promise<RunResult> {
    const started = await this.start({ ...spec, ready: { kind: 'none' }, ports: [] }, signal);
    const container = this.#docker.getContainer(started.id);
    const kill = (): void => {
      container.kill().catch(() => undefined);
    };
    signal?.addEventListener('abort', kill, { once: true });
    const timer = setTimeout(kill, spec.readySeconds * 1000);
    try {
      const ended: { readonly StatusCode: number } = await container.wait();
      signal?.throwIfAborted();
      const lines: string[] = [];
      for await (const line of this.logs(started.id, { follow: false })) lines.push(line.text);
      return { exitCode: ended.StatusCode, output: lines.join('\n') };
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', kill);
      await this.remove(started.id);
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

  async stop(name: string, graceSeconds: number): Promise<StoppedContainer> {
    const container = this.#docker.getContainer(name);
    const began = performance.now();
    try {
      await container.stop({ t: graceSeconds });
    } catch (error) {
      // 304: it had stopped by itself.
      if (!isStatus(error, 304)) throw error;
    }
    const seconds = (performance.now() - began) / 1000;
    const { State } = await container.inspect();
    return { exitCode: State.ExitCode, outOfMemory: State.OOMKilled, seconds };
  }

  async remove(name: string): Promise<void> {
    try {
      await this.#docker.getContainer(name).remove({ force: true, v: true });
    } catch (error) {
      if (!isStatus(error, 404)) throw error;
    }
  }

  async exec(
    name: string,
    command: readonly string[],
    options: ExecOptions = {},
  ): Promise<ExecResult> {
    const exec = await this.#docker.getContainer(name).exec({
      Cmd: [...command],
      AttachStdout: true,
      AttachStderr: true,
      ...(options.user === undefined ? {} : { User: options.user }),
      ...(options.environment === undefined
        ? {}
        : { Env: Object.entries(options.environment).map(([key, value]) => `${key}=${value}`) }),
    });
    const stream = await exec.start({ hijack: true, stdin: false });
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    this.#docker.modem.demuxStream(stream, stdout, stderr);
    const out = text(stdout);
    const err = text(stderr);
    const abort = (): void => {
      stream.destroy(new Error('aborted'));
    };
    options.signal?.addEventListener('abort', abort, { once: true });
    try {
      await finished(stream, { writable: false });
    } finally {
      options.signal?.removeEventListener('abort', abort);
      stdout.end();
      stderr.end();
    }
    const { ExitCode } = await exec.inspect();
    return { exitCode: ExitCode ?? -1, stdout: await out, stderr: await err };
  }

  async readFile(name: string, path: string): Promise<string> {
    const stream = await this.#docker.getContainer(name).getArchive({ path });
    return readArchivedFile(stream, path);
  }

  async writeFiles(name: string, files: readonly ContainerFile[]): Promise<void> {
    await this.#docker.getContainer(name).putArchive(packFiles(files), { path: '/' });
  }

  async *logs(name: string, options: LogOptions): AsyncIterable<LogLine> {
    let rest = '';
    for await (const text of followOutput(this.#docker, name, options, options.signal)) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield parseLogLine(line);
    }
    if (rest !== '') yield parseLogLine(rest);
  }

  find(labels: Readonly<Record<string, string | null>>): Promise<Found> {
    return findLabelled(this.#docker, labels);
  }

  sweep(labels: Readonly<Record<string, string | null>>): Promise<Found> {
    return sweepLabelled(this.#docker, labels);
  }

  async createVolume(spec: { readonly name: string; readonly labels: Labels }): Promise<void> {
    await this.#docker.createVolume({ Name: spec.name, Labels: { ...spec.labels } });
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

function isStatus(error: unknown, status: number): boolean {
  return error instanceof Error && 'statusCode' in error && error.statusCode === status;
}

function startError(
  spec: ContainerSpec,
  id: string | undefined,
  error: unknown,
  log: string,
): Error {
  if (isStatus(error, 409)) {
    return new RollgateError('name-taken', `a container named ${spec.name} is already there`, {
      hint: 'take another --name, or remove the lab with: rollgate down --name NAME',
      cause: error,
    });
  }
  if (/port is already allocated|address already in use/.test(messageOf(error))) {
    return new RollgateError('port-taken', `${spec.name}: ${messageOf(error)}`, {
      hint: 'end what listens there, or leave the choice of the port to rollgate',
      cause: error,
    });
  }
  if (id === undefined && /(no such image|pull|manifest|not found)/i.test(messageOf(error))) {
    return new RollgateError('image-missing', `${spec.name}: image ${spec.image} is not there`, {
      hint: 'build the images with: rollgate images build',
      cause: error,
    });
  }
  return new RollgateError(
    'not-ready',
    `${spec.name} (${spec.image}) was not ready within ${spec.readySeconds} s: ${messageOf(error)}`,
    { cause: error, ...(log === '' ? {} : { detail: log }) },
  );
}

/** `2026-01-01T00:00:00.000000000Z text`, as the engine prefixes lines when asked for time stamps. */
function parseLogLine(line: string): LogLine {
  const space = line.indexOf(' ');
  return space === -1
    ? { time: line, text: '' }
    : { time: line.slice(0, space), text: line.slice(space + 1).replace(/\r$/, '') };
}

async function text(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

class LastLines {
  readonly #lines: string[] = [];
  readonly #limit: number;
  constructor(limit: number) {
    this.#limit = limit;
  }
  add(chunk: string): void {
    this.#lines.push(...chunk.split('\n').filter((line) => line !== ''));
    this.#lines.splice(0, Math.max(0, this.#lines.length - this.#limit));
  }
  text(): string {
    return this.#lines.map((line) => parseLogLine(line).text).join('\n');
  }
}

async function collect(
  docker: Docker,
  id: string,
  into: LastLines,
  signal: AbortSignal,
): Promise<void> {
  try {
    for await (const chunk of followOutput(docker, id, { follow: true }, signal)) into.add(chunk);
  } catch (error) {
    into.add(`(its log could not be read: ${messageOf(error)})`);
  }
}
