import { execa } from 'execa';
import { reasonOf } from '../../errors.ts';
import { systemClock } from '../../load/clock.ts';
import { endGroup } from '../../process-group.ts';
import { followFile, LineSplitter } from './follow-file.ts';

/** The prefix of a source that is a command, not a file. */
const COMMAND = '|';

/** Between SIGTERM and SIGKILL, for a command that prints lines. */
const GRACE_MS = 5000;

export interface Lines {
  stop(): Promise<void>;
}

/** How a source ended before the watch did. */
export interface SourceEnd {
  readonly isSuccess: boolean;
  readonly why: string;
}

/** @param time When it was written, if known, in milliseconds since the epoch. */
export type OnLine = (line: string, time: number) => void;

/**
 * Passes on each line that is added to a file from now on, even if the file is created later or
 * replaced. If the source begins with `|`, it passes on each line that a shell command prints.
 *
 * @param onEnd Called when the source ends before it is stopped.
 */
export function followLines(
  source: string,
  onLine: OnLine,
  onEnd: (end: SourceEnd) => void,
): Lines {
  return source.startsWith(COMMAND)
    ? linesOf(source.slice(COMMAND.length), onLine, onEnd)
    : addedTo(source, onLine, onEnd);
}

function addedTo(path: string, onLine: OnLine, onEnd: (end: SourceEnd) => void): Lines {
  const stopping = new AbortController();
  const following = followFile(path, onLine, stopping.signal).catch((error: unknown) => {
    onEnd({ isSuccess: false, why: reasonOf(error) });
  });
  return {
    async stop() {
      stopping.abort();
      await following;
    },
  };
}

function linesOf(command: string, onLine: OnLine, onEnd: (end: SourceEnd) => void): Lines {
  const child = execa('sh', ['-c', command], {
    stdin: 'ignore',
    stderr: 'ignore',
    buffer: false,
    reject: false,
    detached: true,
  });
  let stopped = false;
  const reading = (async () => {
    const lines = new LineSplitter();
    for await (const bytes of child.iterable({ binary: true, preserveNewlines: true })) {
      for (const line of lines.add(bytes)) onLine(line, systemEpoch());
    }
    const last = lines.end();
    if (last !== undefined) onLine(last, systemEpoch());
    const { exitCode, shortMessage } = await child;
    if (stopped) return;
    const isSuccess = exitCode === 0;
    onEnd({ isSuccess, why: isSuccess ? 'it ended' : (shortMessage ?? 'it failed') });
  })();
  reading.catch(() => undefined);
  return {
    async stop() {
      stopped = true;
      await endGroup(child.nodeChildProcess, { graceMs: GRACE_MS });
      await reading.catch(() => undefined);
    },
  };
}

/** Milliseconds since the epoch, as `rollgate mark` takes them. */
function systemEpoch(): number {
  return performance.timeOrigin + systemClock.now();
}
