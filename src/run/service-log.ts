import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { ContainerEngine, LogLine } from '../engine/port.ts';

/**
 * Follows a container's output into a file until it ends, and hands every line on.
 * @param since Leaves out what came before; milliseconds since the epoch.
 */
export async function* keepLog(
  engine: ContainerEngine,
  container: string,
  file: string,
  signal: AbortSignal,
  since?: number,
): AsyncIterable<LogLine> {
  const stream = createWriteStream(file, { flags: 'a' });
  try {
    for await (const line of engine.logs(container, {
      follow: true,
      signal,
      ...(since === undefined ? {} : { since: since / 1000 }),
    })) {
      stream.write(`${line.time} ${line.text}\n`);
      yield line;
    }
  } finally {
    stream.end();
    await finished(stream);
  }
}

/** `logs/node1.heat-engine.2025.1.log`: a file for each service and release. */
export function logFile(directory: string, parts: readonly string[]): string {
  return join(directory, `${parts.join('.').replaceAll(/[^\w.-]/g, '_')}.log`);
}
