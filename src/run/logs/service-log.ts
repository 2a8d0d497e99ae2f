import { join } from 'node:path';
import type { ContainerEngine, LogLine } from '../../containers/port.ts';
import type { Redactor } from '../../infra/redactor.ts';
import { BatchedFile } from './batched-file.ts';

/** Logs are read after the run. A dozen services that write ten times a second cost 10 CPU-s a run. */
const TOGETHER_MS = 1000;

export interface KeepLogOptions {
  readonly file: string;
  readonly redactor: Redactor;
  readonly signal: AbortSignal;
  /** Leaves out earlier lines; milliseconds since the epoch. */
  readonly since?: number | undefined;
}

/**
 * Follows a container's output into a file until it ends, and passes every line on, both without
 * secrets.
 */
export async function* keepLog(
  engine: Pick<ContainerEngine, 'logs'>,
  container: string,
  { file, redactor, signal, since }: KeepLogOptions,
): AsyncIterable<LogLine> {
  const kept = new BatchedFile(file, { append: true, togetherMs: TOGETHER_MS });
  try {
    for await (const line of engine.logs(container, {
      follow: true,
      signal,
      ...(since === undefined ? {} : { since: since / 1000 }),
    })) {
      const text = redactor.redact(line.text);
      kept.write(`${line.time} ${text}\n`);
      yield { ...line, text };
    }
  } finally {
    await kept.close();
  }
}

/** `logs/node1.heat-engine.2025.1.log`: a file for each service and release. */
export function logFile(directory: string, parts: readonly string[]): string {
  return join(directory, `${parts.join('.').replaceAll(/[^\w.-]/g, '_')}.log`);
}
