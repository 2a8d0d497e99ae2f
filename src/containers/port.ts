import type { Readable, Writable } from 'node:stream';
import type { ReadStream, WriteStream } from 'node:tty';

/**
 * The parts of a container engine that rollgate needs. The real one uses testcontainers and
 * dockerode; unit tests have a fake.
 */
export interface ContainerEngine {
  /**
   * Creates a bridge network whose published ports are bound to loopback. If two processes want the
   * same name at the same time, one gets it.
   * @throws RollgateError `name-taken`, `no-subnet`.
   */
  createNetwork(spec: { readonly name: string; readonly labels: Labels }): Promise<void>;
  /**
   * Creates and starts a container and waits until it is ready. After a failure or an abort it is
   * removed.
   * @throws RollgateError `not-ready` with the container's last log lines, `name-taken`,
   * `image-missing`, `port-taken`; the signal's reason.
   */
  start(spec: ContainerSpec, signal?: AbortSignal): Promise<StartedContainer>;
  /** Runs a container to its end and removes it. */
  run(
    spec: Omit<ContainerSpec, 'ready' | 'ports'>,
    signal?: AbortSignal,
  ): Promise<FinishedContainer>;
  /**
   * Runs a command with the tools of an image in the network namespace of a running container, with
   * the right to change the network.
   * @throws RollgateError `not-running` if that container is gone or has ended.
   */
  runInNetworkOf(name: string, tool: NetworkTool, signal?: AbortSignal): Promise<FinishedContainer>;
  /** The id of an image: another content has another one. `undefined` if it does not exist. */
  imageId(ref: string): Promise<string | undefined>;
  /** Whether the container runs, and if not how it ended. `undefined` if it does not exist. */
  state(name: string): Promise<ContainerState | undefined>;
  /**
   * Sends the stop signal, waits for the exit for up to `graceSeconds`, then kills it; an abort
   * ends the wait and throws the signal's reason.
   */
  stop(name: string, graceSeconds: number, signal?: AbortSignal): Promise<StoppedContainer>;
  /** Starts a stopped container. Its published ports change, except if it keeps them. */
  startAgain(name: string): Promise<void>;
  /** Ends a container's processes at once (SIGKILL). No error if they have already ended. */
  kill(name: string): Promise<StoppedContainer>;
  /** Freezes a container's processes (cgroup freezer). No error if they are already frozen. */
  pause(name: string): Promise<void>;
  /** Unfreezes them. No error if they are not frozen or do not exist. */
  unpause(name: string): Promise<void>;
  /**
   * Takes a running container off a network: no address, no name, and its connections get no answer.
   * @returns The address and the names that it had.
   */
  unplug(name: string, network: string): Promise<NetworkPlace>;
  /** Puts it back under these names, with an address of the network's choice. No error if it is there already or does not exist. */
  plugIn(name: string, network: string, aliases: readonly string[]): Promise<void>;
  /**
   * Removes a container and its anonymous volumes, running or not. No error if it does not exist.
   */
  remove(name: string): Promise<void>;
  /**
   * @throws RollgateError `not-running`; the signal's reason, while the command in the container
   * goes on.
   */
  exec(name: string, command: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /**
   * Runs a command with this process's input and output, on a terminal if they are one.
   * @returns Its exit status.
   * @throws RollgateError `not-running`; the signal's reason, while the command in the container
   * goes on.
   */
  interact(name: string, command: readonly string[], options: InteractOptions): Promise<number>;
  readFile(name: string, path: string): Promise<string>;
  writeFiles(name: string, files: readonly ContainerFile[]): Promise<void>;
  /** Writes a file without keeping it in memory. */
  copyFile(name: string, file: StreamedFile): Promise<void>;
  /**
   * Ends when the container ends, or on abort. One string per line, standard output and error
   * together.
   */
  logs(name: string, options: LogOptions): AsyncIterable<LogLine>;
  /**
   * The events of containers with these labels, from now on until the abort. Ends when the engine
   * closes the stream.
   */
  events(labels: LabelQuery, signal: AbortSignal): AsyncIterable<ContainerEvent>;
  /** The usage of the running containers with these labels. */
  usage(labels: LabelQuery, signal?: AbortSignal): Promise<readonly ContainerUsage[]>;
  /** A volume: a mark that outlives its process, or data that outlives its container. */
  createVolume(spec: { readonly name: string; readonly labels: Labels }): Promise<void>;
  /** No error if it does not exist. */
  removeVolume(name: string): Promise<void>;
  /** Everything with these labels (a `null` value requires only the label's presence). */
  find(labels: LabelQuery): Promise<Labelled>;
  /** The loopback port on which a container's port is published. */
  port(name: string, containerPort: number): Promise<number>;
  /**
   * Removes containers, networks and volumes with these labels, until none is left.
   * @throws RollgateError `not-removed`.
   */
  sweep(labels: LabelQuery, options?: SweepOptions): Promise<Labelled>;
}

export type Labels = Readonly<Record<string, string>>;
/** Labels with their values; a `null` value requires only the label's presence. */
export type LabelQuery = Readonly<Record<string, string | null>>;

export interface SweepOptions {
  /**
   * How long nothing must have appeared for the sweep to end. The engine finishes creations that a
   * killed process had requested: allow a second for that.
   */
  readonly settleMs?: number;
  /** After this time the sweep fails. Default: 120 s. */
  readonly limitSeconds?: number;
}

export interface ContainerFile {
  readonly path: string;
  readonly content: string;
  /** Octal. Default: 0o644. */
  readonly mode?: number;
}

export interface StreamedFile {
  readonly path: string;
  readonly bytes: number;
  readonly content: Readable;
}

export type Readiness =
  | { readonly kind: 'log'; readonly pattern: RegExp }
  /** A status below 500 on a published port. */
  | { readonly kind: 'http'; readonly port: number; readonly path: string }
  /** A command of its shell that ends with 0. */
  | { readonly kind: 'command'; readonly command: string }
  | { readonly kind: 'none' };

export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly hostname: string;
  readonly network: string;
  readonly aliases: readonly string[];
  readonly labels: Labels;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly files: readonly ContainerFile[];
  /** Container ports to publish on a free port of loopback. */
  readonly ports: readonly number[];
  /** Keep the ports when the container is stopped and started again. */
  readonly keepsPorts?: boolean;
  /** Loopback ports by container port, taken over from another container. Default: free ones. */
  readonly hostPorts?: ReadonlyMap<number, number>;
  /** Volumes by their names, and where they are in the container. */
  readonly volumes?: readonly { readonly name: string; readonly path: string }[];
  readonly ready: Readiness;
  readonly readySeconds: number;
}

export interface StartedContainer {
  readonly name: string;
  readonly id: string;
  /** Container port → loopback port. */
  readonly ports: ReadonlyMap<number, number>;
}

/** Where a container is in a network. */
export interface NetworkPlace {
  readonly address: string;
  readonly aliases: readonly string[];
}

export interface StoppedContainer {
  readonly exitCode: number;
  readonly outOfMemory: boolean;
  readonly seconds: number;
}

export interface ContainerState {
  readonly running: boolean;
  readonly exitCode: number;
  readonly outOfMemory: boolean;
}

export interface FinishedContainer {
  readonly exitCode: number;
  /** Standard output and error together. */
  readonly output: string;
}

export interface NetworkTool {
  readonly image: string;
  /** For `sh -c`. */
  readonly script: string;
  readonly labels: Labels;
}

export interface ExecOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly user?: string;
  /** Gets complete lines as they come; the result then has no output. */
  readonly onLines?: (lines: string, stream: 'stdout' | 'stderr') => void;
  readonly signal?: AbortSignal;
}

/** The streams of a process, on a terminal or not. */
export interface StandardStreams {
  readonly stdin: Readable & Partial<Pick<ReadStream, 'isTTY' | 'setRawMode'>>;
  readonly stdout: Writable & Partial<Pick<WriteStream, 'isTTY' | 'rows' | 'columns'>>;
  readonly stderr: Writable;
}

export interface InteractOptions {
  readonly streams: StandardStreams;
  readonly user?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How a command in a container ended. */
export interface ExecResult {
  /** 0 is success. */
  readonly exitCode: number;
  /** All that it wrote to standard output. */
  readonly stdout: string;
  /** All that it wrote to standard error. */
  readonly stderr: string;
}

export interface LogOptions {
  readonly follow: boolean;
  /** Only the last lines. */
  readonly tail?: number;
  /** Seconds since the epoch. */
  readonly since?: number;
  readonly signal?: AbortSignal;
}

export interface LogLine {
  /** As the engine received it: ISO 8601 with nanoseconds. */
  readonly time: string;
  readonly text: string;
}

export type ContainerChange =
  | { readonly kind: 'started' | 'paused' | 'resumed' | 'out-of-memory' }
  | { readonly kind: 'killed'; readonly signal: number }
  | { readonly kind: 'exited'; readonly exitCode: number };

export interface ContainerEvent {
  readonly name: string;
  readonly labels: Labels;
  /** By the engine's clock, in milliseconds since the epoch. */
  readonly time: number;
  readonly change: ContainerChange;
}

export interface ContainerUsage {
  readonly name: string;
  readonly id: string;
  readonly labels: Labels;
  /** Since the container's start. */
  readonly cpuSeconds: number;
  /**
   * Seconds since its start in which at least one of its tasks could have run and waited for a core.
   * Absent where the kernel does not count them.
   */
  readonly waitedSeconds?: number | undefined;
  /** Used memory, without the page cache, which can be freed at any time. */
  readonly memoryBytes: number;
}

export interface FoundContainer {
  readonly name: string;
  readonly id: string;
  readonly image: string;
  readonly labels: Labels;
  /** `created`, `running`, `paused`, `exited`, … */
  readonly state: string;
}

export interface Labelled {
  readonly containers: readonly FoundContainer[];
  readonly networks: readonly { readonly name: string; readonly labels: Labels }[];
  readonly volumes: readonly { readonly name: string; readonly labels: Labels }[];
}
