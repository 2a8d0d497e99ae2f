import type { EventSink } from '../events/event.ts';
import { parseBalancerLine } from '../infra/haproxy.ts';
import { parseHttpLog } from '../infra/httplog.ts';
import { systemClock } from '../load/clock.ts';
import { balancerEvent } from '../observe/logs/haproxy-log.ts';
import { followLines } from './lines.ts';
import { appendMark } from './mark.ts';
import { stepIn } from './step-lines.ts';

/** What is read beside a watch. Each is a file, or a shell command after `|`. */
export interface Sources {
  /** Whose lines say what begins. */
  readonly follow: readonly string[];
  /** In which of their lines a step begins. */
  readonly patterns: readonly RegExp[];
  /** HAProxy's logs. */
  readonly logs: readonly string[];
}

export interface SourcesOptions extends Sources {
  /** The watch's folder, for the marks. */
  readonly directory: string;
  readonly emit: EventSink;
  /** Milliseconds since the start of the run. */
  readonly now: () => number;
  readonly say: (line: string) => void;
}

/** Makes marks of the lines that begin a step, and events of what HAProxy logged. */
export function readSources(options: SourcesOptions): { stop(): Promise<void> } {
  const { follow, patterns, logs, directory, emit, now, say } = options;
  // In the order of their lines: a file is appended to by one at a time.
  let marking = Promise.resolve();
  const lines = [
    ...follow.map((source) =>
      followLines(
        source,
        (line) => {
          const mark = stepIn(line, patterns, systemEpoch());
          if (mark === undefined) return;
          marking = marking.then(() => appendMark(directory, mark));
          marking.catch(() => undefined);
        },
        (why) => say(`--follow ${source}: ${why}`),
      ),
    ),
    ...logs.map((source) =>
      followLines(
        source,
        (line) => {
          const request = parseBalancerLine(line) ?? parseHttpLog(line);
          const event = request && balancerEvent(now(), request);
          if (event !== undefined) emit(event);
        },
        (why) => say(`--log ${source}: ${why}`),
      ),
    ),
  ];
  return {
    async stop() {
      await Promise.all(lines.map((one) => one.stop()));
      await marking;
    },
  };
}

/** Milliseconds since the epoch, as `rollgate mark` takes them. */
function systemEpoch(): number {
  return performance.timeOrigin + systemClock.now();
}
