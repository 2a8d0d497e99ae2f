import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { reasonOf, RollgateError } from '../../errors.ts';
import type { PrintedLine } from './printed-line.ts';

/** `2026-01-31T12:00:00.000000000Z text`: the container engine's time, and what was printed. */
const LINE = /^(\d{4}-\d\d-\d\dT\S+Z) (.*)$/s;

/** The beginning of a UUID: a stack's, a resource's or a request's. */
const IDENTITY = /[0-9a-f]{8}-[0-9a-f]{4}-/;

/**
 * Whether a line may concern somebody: it has the name, an identity or a message. The rest is most
 * of a log, and is not kept in memory.
 *
 * @param marker Stands in each line about a message.
 */
export function concerns(wanted: string, marker: string | undefined): (line: string) => boolean {
  return (line) =>
    IDENTITY.test(line) || line.includes(wanted) || (marker !== undefined && line.includes(marker));
}

/**
 * The lines of a run's logs, each log's in its order.
 *
 * @param folder The run's `logs/`.
 * @param keep Says of a line whether it is wanted.
 * @throws RollgateError `unreadable-logs`.
 */
export async function savedLines(
  folder: string,
  keep: (line: string) => boolean,
): Promise<readonly PrintedLine[]> {
  const lines: PrintedLine[] = [];
  for (const file of await logFiles(folder)) {
    const by = file.slice(0, -'.log'.length);
    const input = createReadStream(join(folder, file), 'utf8');
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      const [, time, text] = keep(line) ? (LINE.exec(line) ?? []) : [];
      if (time !== undefined && text !== undefined) lines.push({ by, time, text });
    }
  }
  return lines;
}

async function logFiles(folder: string): Promise<readonly string[]> {
  try {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.log')).sort();
    const files: string[] = [];
    for (const name of names) if ((await stat(join(folder, name))).isFile()) files.push(name);
    return files;
  } catch (cause) {
    throw new RollgateError('unreadable-logs', `cannot read ${folder}: ${reasonOf(cause)}`, {
      kind: 'usage',
      hint: 'Name the whole folder that a run left: events.ndjson has its logs/ beside it.',
      cause,
    });
  }
}
