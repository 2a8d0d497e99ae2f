import type { LogLine } from '../../containers/port.ts';
import type { EventOf, EventSink } from '../../events/event.ts';
import { isRequestId } from '../../events/fields.ts';
import { serviceOfServer } from '../../scenario/topology/infrastructure.ts';
import { kindOf, type NodeName } from '../../scenario/topology/topology.ts';
import { LogEntries } from './log-scan-entry.ts';
import type { LogEntry } from './log-scan-entry.ts';
import { deriveSignature } from './log-scan-unknown.ts';
import { parseRan, type RanLine } from './ran.ts';
import { titleOf } from './signatures.ts';
import type { Signatures } from './signatures.ts';

export interface LogScanOptions {
  readonly node: NodeName;
  /** The service instance, e.g. `heat-engine.2`. */
  readonly service: string;
  readonly version: string;
  readonly signatures: Signatures;
  /** Start of the run, in milliseconds since the epoch. Earlier lines are left out. */
  readonly runStartedAt: number;
  readonly emit: EventSink;
  /** How often to check whether the last entry or second is over even if no line comes; 1000. */
  readonly flushEveryMs?: number;
}

/**
 * Reads one container's log to its end. Emits a `log-finding` for each entry that fits a signature
 * or looks like an error. Emits a `work-observed` for each second in which work was begun. Times
 * are those at which the container engine received the lines; its clock is assumed to be this
 * machine's.
 */
export async function scanLog({
  lines,
  ...options
}: LogScanOptions & { readonly lines: AsyncIterable<LogLine> }): Promise<void> {
  const scan = new LogScan(options);
  const timer = setInterval(() => scan.tick(), options.flushEveryMs ?? 1000);
  try {
    for await (const line of lines) {
      scan.line(line);
    }
  } finally {
    clearInterval(timer);
    scan.end();
  }
}

/**
 * The flood bound. Each finding counts, up to this many of one signature in one container; then one
 * `log-flood` reports that further ones are not counted. Harmless findings are only reported to
 * show that they occurred; they are not counted.
 */
export const MOST_FINDINGS = { harmless: 20, warning: 2000, error: 2000 } as const;

const LONGEST_SAMPLE = 500;

type KnownLine = Pick<EventOf<'log-finding'>, 'signature' | 'title' | 'severity' | 'avoidedBy'>;

/** The state of one container's scan. */
class LogScan {
  readonly #options: LogScanOptions;
  readonly #signatures: Signatures['signatures'];
  readonly #work: RegExp | undefined;
  readonly #entries: LogEntries;
  readonly #counts = new Map<string, number>();
  #second: { readonly number: number; lastAt: number; count: number } | undefined;
  #linesSinceTick = 0;

  constructor(options: LogScanOptions) {
    this.#options = options;
    const { signatures, work } = options.signatures;
    // `heat-engine.2` is the second heat-engine of its node, `rabbitmq-2` a server of RabbitMQ.
    const kind = serviceOfServer(options.service) ?? kindOf(options.service);
    const concerns = ({ services }: { readonly services?: readonly string[] }): boolean =>
      services?.includes(kind) ?? true;
    this.#signatures = signatures.filter(concerns);
    this.#work = work !== undefined && concerns(work) ? work.pattern : undefined;
    this.#entries = new LogEntries((text) => this.#known(text) !== undefined);
  }

  line(line: LogLine): void {
    this.#linesSinceTick += 1;
    const ran = parseRan(line.text);
    if (ran !== undefined) return this.#emitRan(ran, this.#at(line.time));
    if (this.#work?.test(line.text) === true) {
      this.#countWork(this.#at(line.time));
    }
    this.#judge(this.#entries.add(line));
  }

  #emitRan(ran: RanLine, at: number): void {
    if (at < 0) return;
    const { node, service, version, emit } = this.#options;
    emit({ at, node, service, version, ...ran });
  }

  /** The last entry and second are over if nothing came since the last tick. */
  tick(): void {
    if (this.#linesSinceTick === 0) {
      this.end();
    }
    this.#linesSinceTick = 0;
  }

  end(): void {
    this.#judge(this.#entries.flush());
    this.#emitWork();
  }

  #judge(entry: LogEntry | undefined): void {
    // Debug lines are most of a log, and never a finding.
    if (entry === undefined || entry.level === 'DEBUG') {
      return;
    }
    const finding = this.#known(entry.head) ?? this.#knownWithin(entry) ?? derive(entry);
    if (finding !== undefined) {
      this.#report(finding, entry);
    }
  }

  #known(text: string): KnownLine | undefined {
    for (const signature of this.#signatures) {
      const found = signature.pattern.exec(text);
      if (found !== null) {
        const { id, severity, avoidedBy } = signature;
        const title = titleOf(signature, found);
        return {
          signature: id,
          title,
          severity,
          ...(avoidedBy === undefined ? {} : { avoidedBy }),
        };
      }
    }
    return undefined;
  }

  /** A traceback proves an error, even if its text matches a harmless signature. */
  #knownWithin({ rest }: LogEntry): KnownLine | undefined {
    const finding = this.#known(rest.join('\n'));
    return finding?.severity === 'harmless' ? undefined : finding;
  }

  #report(finding: KnownLine, entry: LogEntry): void {
    const at = this.#at(entry.time);
    const { signature, severity } = finding;
    const most = MOST_FINDINGS[severity];
    const count = (this.#counts.get(signature) ?? 0) + 1;
    if (at < 0 || count > most + 1) {
      return;
    }
    this.#counts.set(signature, count);
    const common = { type: 'log-finding', at, ...this.#where(), sample: sampleOf(entry) } as const;
    if (count <= most) {
      this.#options.emit({ ...common, ...finding, ...this.#requestOf(entry) });
    } else if (severity !== 'harmless') {
      const title = `More than ${most} lines of ${signature}: not counted any further`;
      this.#options.emit({ ...common, signature: 'log-flood', title, severity: 'warning' });
    }
  }

  /** The client's id of the request, otherwise the service's own. */
  #requestOf({ head }: LogEntry): Pick<EventOf<'log-finding'>, 'request' | 'localRequest'> {
    const pattern = this.#options.signatures.messages?.request;
    const { request, local } = pattern?.exec(head)?.groups ?? {};
    if (request !== undefined && isRequestId(request)) return { request };
    return local !== undefined && isRequestId(local) ? { localRequest: local } : {};
  }

  #countWork(at: number): void {
    if (at < 0) {
      return;
    }
    const number = Math.floor(at / 1000);
    if (this.#second?.number !== number) {
      this.#emitWork();
      this.#second = { number, lastAt: at, count: 0 };
    }
    this.#second.lastAt = at;
    this.#second.count += 1;
  }

  #emitWork(): void {
    if (this.#second !== undefined) {
      const { lastAt: at, count } = this.#second;
      this.#options.emit({ type: 'work-observed', at, ...this.#where(), count });
      this.#second = undefined;
    }
  }

  #where(): Pick<EventOf<'log-finding'>, 'node' | 'service' | 'version'> {
    const { node, service, version } = this.#options;
    return { node, service, version };
  }

  /** Milliseconds since the start of the run. */
  #at(time: string): number {
    return Date.parse(time) - this.#options.runStartedAt;
  }
}

function derive(entry: LogEntry): KnownLine | undefined {
  const derived = deriveSignature(entry);
  return derived === undefined
    ? undefined
    : { signature: derived.id, title: derived.title, severity: derived.severity };
}

/** The first line and, if there are more, the last one with content. */
function sampleOf({ head, rest }: LogEntry): string {
  const last = rest.findLast((line) => line.trim() !== '');
  const said = last === undefined || head.includes(last) ? head : `${head}\n${last}`;
  return said.length > LONGEST_SAMPLE ? `${said.slice(0, LONGEST_SAMPLE - 1)}…` : said;
}
