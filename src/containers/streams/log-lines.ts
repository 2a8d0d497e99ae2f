import type Docker from 'dockerode';
import type { LogLine, LogOptions } from '../port.ts';
import { followOutput } from './output.ts';

/** A container's output line by line. */
export async function* logLines(
  docker: Docker,
  name: string,
  options: LogOptions,
): AsyncIterable<LogLine> {
  let rest = '';
  for await (const text of followOutput(docker, name, options, options.signal)) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield parseLogLine(line);
  }
  if (rest !== '') yield parseLogLine(rest);
}

/** `2026-01-01T00:00:00.000000000Z text`, the engine's format of lines with time stamps. */
export function parseLogLine(line: string): LogLine {
  const space = line.indexOf(' ');
  return space === -1
    ? { time: line, text: '' }
    : { time: line.slice(0, space), text: line.slice(space + 1).replace(/\r$/, '') };
}
