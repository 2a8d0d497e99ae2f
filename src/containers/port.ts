import type { Readable, Writable } from 'node:stream';
import type { ReadStream, WriteStream } from 'node:tty';

/**
 * The container engine as rollgate needs it. The real one stands in testcontainers.ts and
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
   * Creates and starts a container and waits until it is ready. On failure and abort it is removed.
   * @throws RollgateError `not-ready` with the container's last log lines, `name-taken`,
   * `image-missing`, `port-taken`; the signal's reason.
   */
  start(spec: ContainerSpec, signal?: AbortSignal): Promise<StartedContainer>;
  /** Runs a container to its end and removes it. */
  run(spec: Omit<ContainerSpec, 'ready' | 'ports'>, signal?: AbortSignal): Promise<RunResult>;
  /**
   * Runs a command with the tools of an image in the network namespace of a running container, with
   * the right to change the network.
   * @throws RollgateError `not-running` if that container is gone or has ended.
   */
  runInNetworkOf(name: string, tool: NetworkTool, signal?: AbortSignal): Promise<RunResult>;
  /** Whether the container runs, and if not how it ended. Not there: `undefined`. */
  state(name: string): Promise<ContainerState | undefined>;
  /**
   * Sends the stop signal, waits for the exit for up to `graceSeconds`, then kills; on abort
   * waits no longer and throws the signal's reason.
   */
  stop(name: string, graceSeconds: number, signal?: AbortSignal): Promise<StoppedContainer>;
  /** Starts a container that was stopped. Unless it keeps its published ports, they are others. */
  startAgain(name: string): Promise<void>;
  /** Ends a container's processes at once (SIGKILL). Ended already: no error. */
  kill(name: string): Promise<StoppedContainer>;
  /** Freezes a container's processes (cgroup freezer). Frozen already: no error. */
  pause(name: string): Promise<void>;
  /** Lets them go on. Not frozen, or not there: no error. */
  unpause(name: string): Promise<void>;
  /** Removes a container and its anonymous volumes, running or not. Not there: no error. */
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
  /** Writes a file that memory need not hold. */
  copyFile(name: string, file: StreamedFile): Promise<void>;
  /** Ends when the container does, or on abort. One string a line, standard output and error together. */
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
  /** Not there: no error. */
  removeVolume(name: string): Promise<void>;
  /** Everything with these labels (a `null` value asks for the label's presence). */
  find(labels: LabelQuery): Promise<Found>;
  /** The loopback port a container's port is published on. */
  port(name: string, containerPort: number): Promise<number>;
  /**
   * Removes containers, networks and volumes with these labels; repeats until none is left.
   * @throws RollgateError `not-removed`.
   */
  sweep(labels: LabelQuery, options?: SweepOptions): Promise<Found>;
}

export type Labels = Readonly<Record<string, string>>;
/** Labels with their values; a `null` value asks for the label's presence. */
export type LabelQuery = Readonly<Record<string, string | null>>;

export interface SweepOptions {
  /**
   * How long nothing may have been there for the sweep to end. A process that was killed leaves
   * creations that the engine goes on with: then give it a second.
   */
  readonly settleMs?: number;
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
  /** Keep those when the container is stopped and started again. */
  readonly keepsPorts?: boolean;
  /** Loopback ports by container port, which another container had before. Default: free ones. */
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

export interface RunResult {
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
  /** Gets whole lines as they come; the result then has none of them. */
  readonly onLines?: (lines: string, stream: 'stdout' | 'stderr') => void;
  readonly signal?: AbortSignal;
}

/** A process's own, a terminal's or not. */
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

export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: string;
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
  /** In use, without the page cache that can be given back at any time. */
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

export interface Found {
  readonly containers: readonly FoundContainer[];
  readonly networks: readonly { readonly name: string; readonly labels: Labels }[];
  readonly volumes: readonly { readonly name: string; readonly labels: Labels }[];
}
