import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { LogLine } from '../../containers/port.ts';
import { reasonOf, RollgateError } from '../../errors.ts';
import { openFile } from '../../files/read.ts';
import { logFile } from '../../run/logs/service-log.ts';
import type { NodeName } from '../../scenario/topology/topology.ts';
import type { PrintedLine } from './printed-line.ts';

/** `2026-01-31T12:00:00.000000000Z text`: the container engine's time, and the line. */
const LINE = /^(\d{4}-\d\d-\d\dT\S+Z) (.*)$/s;

/** The beginning of a UUID: a stack's, a resource's or a request's. */
const IDENTITY = /[0-9a-f]{8}-[0-9a-f]{4}-/;

/**
 * Whether a line may belong to the wanted stack or request: it has the name, an identity or a
 * message. The rest is most of a log, and is not kept in memory.
 *
 * @param marker A text in each line about a message.
 */
export function concerns(wanted: string, marker: string | undefined): (line: string) => boolean {
  return (line) =>
    IDENTITY.test(line) || line.includes(wanted) || (marker !== undefined && line.includes(marker));
}

/**
 * The lines of a run's logs, each log in its order.
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
    for await (const line of readSavedLog(join(folder, file), keep)) lines.push({ ...line, by });
  }
  return lines;
}

/** A saved log, line by line. @param keep Says of a line whether it is wanted. */
export async function* readSavedLog(
  path: string,
  keep: (line: string) => boolean = () => true,
): AsyncIterable<LogLine> {
  await using file = await openFile(path, {
    what: 'log of a run',
    code: 'unreadable-logs',
    links: false,
  });
  const input = file.createReadStream({ encoding: 'utf8' });
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    const [, time, text] = keep(line) ? (LINE.exec(line) ?? []) : [];
    if (time !== undefined && text !== undefined) yield { time, text };
  }
}

export interface SavedLog {
  /** `node1/heat-engine` */
  readonly name: string;
  /** Its release. */
  readonly series: string;
  readonly file: string;
}

/**
 * The logs of services that are gone, or that now run another release.
 *
 * @param folder The run's `logs/`.
 * @param kinds The subject's services, as `heat-engine`.
 * @param present The running services; each one's log is in its container.
 * @throws RollgateError `unreadable-logs`.
 */
export async function swappedAway(
  folder: string,
  kinds: readonly string[],
  present: readonly {
    readonly node: NodeName;
    readonly service: string;
    readonly series: string;
  }[],
): Promise<readonly SavedLog[]> {
  // The names of nodes and kinds have no dot; a release's may have one.
  const named = new RegExp(
    `^(?<node>[^.]+)\\.(?<service>(?:${kinds.join('|')})(?:\\.\\d{1,2})?(?:\\.next)*)\\.(?<series>.+)\\.log$`,
  );
  const running = new Set(
    present.map(({ node, service, series }) => logFile(folder, [node, service, series])),
  );
  return (await logFiles(folder)).flatMap((name) => {
    const { node, service, series } = named.exec(name)?.groups ?? {};
    if (node === undefined || service === undefined || series === undefined) return [];
    const file = join(folder, name);
    return running.has(file) ? [] : [{ name: `${node}/${service}`, series, file }];
  });
}

async function logFiles(folder: string): Promise<readonly string[]> {
  try {
    // A symbolic link is not a log of a run: in a stranger's folder it may lead anywhere.
    return (await readdir(folder, { withFileTypes: true }))
      .filter((one) => one.isFile() && one.name.endsWith('.log'))
      .map(({ name }) => name)
      .sort();
  } catch (cause) {
    throw new RollgateError('unreadable-logs', `cannot read ${folder}: ${reasonOf(cause)}`, {
      kind: 'usage',
      hint: 'Name the whole folder that a run left: events.ndjson has its logs/ beside it.',
      cause,
    });
  }
}
