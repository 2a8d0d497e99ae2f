import type { EventSink } from '../../events/event.ts';
import { parseBalancerLine } from '../../infra/balancer-log/balancer-log.ts';
import { parseHttpLog } from '../../infra/balancer-log/httplog.ts';
import { loadSignatures } from '../../observe/logs/signatures.ts';
import { balancerEvent } from '../../observe/logs/unusual-requests.ts';
import { appendMark } from '../../run/mark.ts';
import { labFolder } from '../../subject/registry.ts';
import type { Subject } from '../../subject/subject.ts';
import { followLines, type SourceEnd } from './lines.ts';
import { serviceLogIn, ServiceLogs, type ServiceLog } from './service-logs.ts';
import { stepIn } from './step-lines.ts';

/** The sources beside a watch. Each is a file, or a shell command after `|`. */
export interface Sources {
  /** Sources with lines that begin steps. */
  readonly follow: readonly string[];
  /** Which of their lines begin a step. */
  readonly patterns: readonly RegExp[];
  /** HAProxy's logs, and those of services as `node1/heat-engine=FILE`. */
  readonly logs: readonly string[];
}

export interface SourcesOptions extends Sources {
  readonly subject: Subject;
  /** When the run began, in milliseconds since the epoch. */
  readonly epoch: number;
  /** The watch's folder, for the marks. */
  readonly directory: string;
  readonly emit: EventSink;
  /** Milliseconds since the start of the run. */
  readonly now: () => number;
  readonly say: (line: string) => void;
}

/** The sources in progress. */
export interface ReadSources {
  /** Takes the watch's own events: a service's log is about its requests. */
  readonly see: EventSink;
  stop(): Promise<void>;
}

/**
 * Turns lines that begin a step into marks, and lines of HAProxy and of services into events. A
 * source that gave nothing, or that ended too early, is a gap: its content was not observed.
 */
export async function readSources(options: SourcesOptions): Promise<ReadSources> {
  const { follow, patterns, logs, directory, emit, subject } = options;
  const services = new ServiceLogs(
    await loadSignatures(subject.signatures, labFolder(subject)),
    options,
  );
  // In the order of their lines, because only one at a time may append to the file.
  let marking = Promise.resolve();
  const sources = [
    ...follow.map((source) =>
      readSource(`--follow ${source}`, source, options, {
        wanted: 'a step',
        // A finished tool has no more steps.
        mayEnd: ({ isSuccess }) => isSuccess,
        take: (line, time) => {
          const mark = stepIn(line, patterns, time);
          if (mark === undefined) return false;
          marking = marking.then(() => appendMark(directory, mark));
          marking.catch(() => undefined);
          return true;
        },
      }),
    ),
    ...logs.map((source) => {
      const log = serviceLogIn(source);
      if (log !== undefined) return readServiceLog(`--log ${source}`, log, services, options);
      return readSource(`--log ${source}`, source, options, {
        wanted: 'a request and its id',
        mayEnd: () => false,
        take: (line) => {
          const request = parseBalancerLine(line) ?? parseHttpLog(line);
          if (request === undefined) return false;
          const event = balancerEvent(options.now(), request);
          if (event !== undefined) emit(event);
          // Without its id it is unknown which request of the watch it is.
          return request.id !== '';
        },
      });
    }),
  ];
  return {
    see: services.see,
    async stop() {
      await Promise.all(sources.map((one) => one.stop()));
      await marking;
    },
  };
}

/** Any line shows that the service's log is read: a good service logs no error. */
function readServiceLog(
  name: string,
  log: ServiceLog,
  services: ServiceLogs,
  options: SourcesOptions,
): { stop(): Promise<void> } {
  const reading = services.read(log);
  const source = readSource(name, log.source, options, {
    wanted: 'anything',
    mayEnd: () => false,
    take: (line, time) => {
      reading.line(line, time);
      return true;
    },
  });
  return {
    async stop() {
      await source.stop();
      await reading.end();
    },
  };
}

interface Reader {
  /** The use of a line; `undefined` for a line without one. */
  readonly wanted: string;
  /** Whether nothing is left unobserved if it ends before the watch. */
  readonly mayEnd: (end: SourceEnd) => boolean;
  /** @returns Whether the line is usable. */
  readonly take: (line: string, time: number) => boolean;
}

function readSource(
  name: string,
  source: string,
  { emit, now, say }: SourcesOptions,
  { wanted, mayEnd, take }: Reader,
): { stop(): Promise<void> } {
  const from = now();
  const read = { lines: 0, steps: 0 };
  let ended: { readonly from: number; readonly why: string } | undefined;
  const lines = followLines(
    source,
    (line, time) => {
      read.lines += 1;
      if (take(line, time)) read.steps += 1;
    },
    (end) => {
      say(`${name}: ${end.why}`);
      if (!mayEnd(end)) ended = { from: now(), why: end.why };
    },
  );
  return {
    async stop() {
      await lines.stop();
      const gap =
        read.steps === 0
          ? { from, text: `none of its ${read.lines} lines has ${wanted}` }
          : ended && { from: ended.from, text: ended.why };
      if (gap !== undefined) emit({ type: 'watch-gap', at: now(), watch: name, ...gap });
    },
  };
}
