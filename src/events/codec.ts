import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RollgateError } from '../errors.ts';
import { RunEventSchema, type RunEvent } from './event.ts';

/** The file of a run's folder that holds its events. */
export const EVENTS_FILE = 'events.ndjson';

/** One event as one line of NDJSON, the line end included. */
export function encodeEvent(event: RunEvent): string {
  return `${JSON.stringify(event)}\n`;
}

/**
 * The events of an NDJSON text. A last line without a line end is what a killed writer leaves:
 * it is dropped if it is not JSON.
 *
 * @param file Only for messages.
 * @throws RollgateError `invalid-events` with the line and what is wrong in it.
 */
export function parseEvents(text: string, file: string): RunEvent[] {
  const lines = text.split('\n');
  const unfinished = lines.length - 1;
  return lines.flatMap((line, index) => {
    if (line.trim() === '') return [];
    const json = parseJson(line);
    if (json.ok) return [checkEvent(json.value, file, index + 1)];
    if (index === unfinished) return [];
    throw invalidEvents(file, index + 1, `not JSON: ${json.message}`);
  });
}

/**
 * The events that a run left in its folder.
 *
 * @throws RollgateError `no-run` where the folder holds no events, `invalid-events`.
 */
export async function readRun(directory: string): Promise<RunEvent[]> {
  const file = join(directory, EVENTS_FILE);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new RollgateError('no-run', `cannot read the events of a run from ${file}`, {
      kind: 'usage',
      hint: 'Name the folder that a run left: the one that holds events.ndjson.',
      cause,
    });
  }
  return parseEvents(text, file);
}

function parseJson(
  line: string,
):
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string } {
  try {
    return { ok: true, value: JSON.parse(line) };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

function checkEvent(value: unknown, file: string, line: number): RunEvent {
  const result = RunEventSchema.safeParse(value);
  if (result.success) return result.data;
  const wrong = result.error.issues
    .map((issue) => [issue.path.join('.'), issue.message].filter(Boolean).join(': '))
    .join('; ');
  throw invalidEvents(file, line, `not an event of this version of rollgate: ${wrong}`);
}

function invalidEvents(file: string, line: number, what: string): RollgateError {
  return new RollgateError('invalid-events', what, {
    kind: 'usage',
    place: { file, line },
    hint: 'The file was edited, or written by another version of rollgate.',
  });
}
