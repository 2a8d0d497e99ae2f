import type { LogLine } from '../../containers/port.ts';
import type { EventSink } from '../../events/event.ts';
import type { ServerName } from '../../infra/infrastructure.ts';
import { Redactor } from '../../infra/redactor.ts';
import { containerNamed } from '../../lab/find.ts';
import { infrastructureName, readVersionLabel } from '../../lab/labels.ts';
import { scanLog } from '../../observe/logs/log-scan.ts';
import type { MessageCensus } from '../../observe/logs/message-census.ts';
import { MessageTrail, type MessageReader } from '../../observe/logs/message-trail.ts';
import { loadSignatures, type Signatures } from '../../observe/logs/signatures.ts';
import { emitUnusualRequests } from '../../observe/logs/unusual-requests.ts';
import type { ReleaseRef } from '../../release/release.ts';
import { allServers } from '../../scenario/topology/infrastructure.ts';
import type { ServiceInstance } from '../../scenario/topology/topology.ts';
import { instanceName } from '../../scenario/topology/topology.ts';
import { labFolder } from '../../subject/registry.ts';
import type { RunLab } from '../lab.ts';
import { keepLog, logFile, type KeepLogOptions } from './service-log.ts';

export interface ServiceWatchOptions {
  readonly lab: RunLab;
  readonly directory: string;
  readonly emit: EventSink;
  readonly census: MessageCensus;
  /** When the run began, in milliseconds since the epoch. */
  readonly epoch: number;
}

/** The node name of findings in the logs of infrastructure. */
const INFRASTRUCTURE_NODE = 'infrastructure';

/**
 * Follows the log of every container: into a file and through the log scan, and the subject's
 * through the trail of its messages.
 */
export class ServiceWatch {
  readonly #options: ServiceWatchOptions;
  readonly #signatures: Signatures;
  readonly #redactor: Redactor;
  readonly #infrastructure: Signatures;
  readonly #messages: MessageTrail | undefined;
  readonly #stopping = new AbortController();
  readonly #followed = new Map<string, Promise<void>>();

  private constructor(
    options: ServiceWatchOptions,
    signatures: Signatures,
    infrastructure: Signatures,
  ) {
    this.#options = options;
    this.#signatures = signatures;
    this.#redactor = new Redactor(options.lab.secrets);
    this.#infrastructure = infrastructure;
    const { emit, epoch: runStartedAt } = options;
    const patterns = signatures.messages;
    const { census } = options;
    this.#messages = patterns && new MessageTrail({ patterns, runStartedAt, emit, census });
  }

  static async create(options: ServiceWatchOptions): Promise<ServiceWatch> {
    return new ServiceWatch(
      options,
      await loadSignatures(options.lab.subject.signatures, labFolder(options.lab.subject)),
      await loadSignatures('infrastructure'),
    );
  }

  /** @param options.since See `follow`. */
  async infrastructure(options: { readonly since?: number } = {}): Promise<void> {
    for (const server of allServers(this.#options.lab.topology)) {
      await this.followInfrastructure(server, options);
    }
  }

  /** @param options.since See `follow`. */
  async followInfrastructure(
    server: ServerName,
    { since }: { readonly since?: number } = {},
  ): Promise<void> {
    const { lab, directory, emit, epoch } = this.#options;
    const name = infrastructureName(lab.name, server);
    const found = await containerNamed(lab, name);
    const file = logFile(directory, [server]);
    this.#follow(server, 'infrastructure-log', () => {
      const lines = keepLog(lab.engine, name, { ...this.#keeping(file), since });
      return scanLog({
        lines: server === 'haproxy' ? emitUnusualRequests(lines, { emit, epoch }) : lines,
        node: INFRASTRUCTURE_NODE,
        service: server,
        version: readVersionLabel(found?.labels ?? {}),
        signatures: this.#infrastructure,
        runStartedAt: epoch,
        emit,
      });
    });
  }

  /**
   * From a service's start, or from the run's, until its container ends.
   * @param options.since For a restarted container: earlier lines were read already; milliseconds
   * since the epoch.
   */
  follow(
    instance: ServiceInstance,
    release: ReleaseRef,
    { since }: { readonly since?: number } = {},
  ): void {
    const { lab, directory, emit, epoch } = this.#options;
    const { node, service } = instance;
    const place = { node, service, version: release.version };
    const file = logFile(directory, [node, service, release.series]);
    this.#follow(instanceName(instance), 'log', async () => {
      const keeping = { ...this.#keeping(file), since };
      const lines = keepLog(lab.engine, lab.container(instance), keeping);
      const messages = this.#messages?.follow({ ...place, image: release.image });
      await scanLog({
        lines: messages === undefined ? lines : heardBy(messages, lines),
        ...place,
        signatures: this.#signatures,
        runStartedAt: epoch,
        emit: (event) => {
          emit(event.type === 'log-finding' ? (messages?.named(event) ?? event) : event);
        },
      });
      // If the run ended first, the service may still be working on messages that it took.
      if (!this.#stopping.signal.aborted) messages?.ended();
    });
  }

  /** Waits until a stopped service's log is read to its end. */
  async ended(instance: ServiceInstance): Promise<void> {
    await this.#followed.get(instanceName(instance));
  }

  /**
   * Reads the last lines of a server that did not start. Its container is gone.
   *
   * @param text As the error of its start has it.
   */
  async lastLines(server: ServerName, text: string, version: string): Promise<void> {
    const { emit, epoch } = this.#options;
    const time = new Date().toISOString();
    const lines = text.split('\n').map((line) => ({ time, text: line }));
    await scanLog({
      lines: (async function* () {
        yield* lines;
      })(),
      node: INFRASTRUCTURE_NODE,
      service: server,
      version,
      signatures: this.#infrastructure,
      runStartedAt: epoch,
      emit,
    });
  }

  /** Waits until the log of stopped infrastructure is read to its end. */
  async infrastructureEnded(server: ServerName): Promise<void> {
    await this.#followed.get(server);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#followed.values());
    this.#messages?.close();
  }

  #keeping(file: string): KeepLogOptions {
    return { file, redactor: this.#redactor, signal: this.#stopping.signal };
  }

  #follow(name: string, watch: string, work: () => Promise<void>): void {
    const { emit, epoch } = this.#options;
    const previous = this.#followed.get(name) ?? Promise.resolve();
    const following = previous.then(work).catch((error: unknown) => {
      // A log that cannot be read is a gap in the evidence, and is reported as one.
      const text = `${name}: ${String(error)}`;
      emit({ type: 'watch-gap', at: Date.now() - epoch, watch, text });
    });
    this.#followed.set(name, following);
  }
}

async function* heardBy(
  messages: MessageReader,
  lines: AsyncIterable<LogLine>,
): AsyncIterable<LogLine> {
  for await (const line of lines) {
    messages.line(line);
    yield line;
  }
}
