import { PassThrough } from 'node:stream';
import type { EventSink, RunEvent, LogFinding } from '../../events/event.ts';
import { LatestEntries } from '../../observe/logs/latest-entries.ts';
import { scanLog } from '../../observe/logs/log-scan.ts';
import type { Signatures } from '../../observe/logs/signatures.ts';
import { UNKNOWN_VERSION } from '../../release/release.ts';
import type { NodeName } from '../../scenario/topology/topology.ts';

/** A service's log: whose it is, and a file or a shell command after `|`. */
export interface ServiceLog {
  readonly node: NodeName;
  readonly service: string;
  readonly source: string;
}

/** As `node1/heat-engine=FILE`; `undefined` for HAProxy's log, which has no such name. */
export function serviceLogIn(text: string): ServiceLog | undefined {
  const [, node, service, source] = /^([\w.-]+)\/([\w.-]+)=(.+)$/s.exec(text) ?? [];
  return node === undefined || service === undefined || source === undefined
    ? undefined
    : { node, service, source };
}

/** Findings that wait for their request; further ones are dropped. */
const MOST_WAITING = 2000;
/** Ids of requests that are remembered: minutes of them, and a log is read within seconds. */
const MOST_OWN = 50_000;

/**
 * Findings in the services' logs that are about requests of this watch, or about no request. The
 * cloud has other users, whose failures are not in this watch's figures.
 */
export class ServiceLogs {
  readonly #signatures: Signatures;
  readonly #runStartedAt: number;
  readonly #emit: EventSink;
  readonly #own = new LatestEntries<true>(MOST_OWN);
  #waiting: readonly LogFinding[] = [];

  /** @param options.epoch When the run began, in milliseconds since the epoch. */
  constructor(
    signatures: Signatures,
    { epoch, emit }: { readonly epoch: number; readonly emit: EventSink },
  ) {
    this.#signatures = signatures;
    this.#runStartedAt = epoch;
    this.#emit = emit;
  }

  /** Reads lines until the end. @returns Takes a line, with its time in milliseconds. */
  read({ node, service }: ServiceLog): {
    readonly line: (text: string, time: number) => void;
    readonly end: () => Promise<void>;
  } {
    const lines = new PassThrough({ objectMode: true });
    const scanning = scanLog({
      lines,
      node,
      service,
      version: UNKNOWN_VERSION,
      signatures: this.#signatures,
      runStartedAt: this.#runStartedAt,
      emit: (event) => {
        if (event.type === 'log-finding') this.#take(event);
      },
    });
    return {
      line: (text, time) => void lines.write({ text, time: new Date(time).toISOString() }),
      async end() {
        lines.end();
        await scanning;
      },
    };
  }

  /** A request's end; an error about it may have been logged before. */
  readonly see = (event: RunEvent): void => {
    if (event.type !== 'request') return;
    this.#own.set(event.id, true);
    if (event.answeredAs !== undefined) this.#own.set(event.answeredAs, true);
    const isKnown = (finding: LogFinding): boolean => this.#isOwn(idOf(finding) ?? '');
    if (!this.#waiting.some(isKnown)) return;
    for (const finding of this.#waiting.filter(isKnown)) this.#emit(finding);
    this.#waiting = this.#waiting.filter((finding) => !isKnown(finding));
  };

  #take(finding: LogFinding): void {
    const id = idOf(finding);
    if (id === undefined || this.#isOwn(id)) this.#emit(finding);
    else this.#waiting = [...this.#waiting, finding].slice(-MOST_WAITING);
  }

  #isOwn(id: string): boolean {
    return this.#own.get(id) === true;
  }
}

function idOf({ request, localRequest }: LogFinding): string | undefined {
  return request ?? localRequest;
}
