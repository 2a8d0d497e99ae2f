import { join } from 'node:path';
import { messageOf, RollgateError } from '../errors.ts';
import { MIB, readTextParts } from '../files/read.ts';
import { RUN_FOLDER } from '../run-folder.ts';
import { shortened } from '../text/shortened.ts';
import { RunEventSchema, type RunEvent } from './event.ts';

/** One event as one line of NDJSON, including the line end. */
export function encodeEvent(event: RunEvent): string {
  return `${JSON.stringify(event)}\n`;
}

/**
 * The events of an NDJSON text. A killed writer leaves a last line without a line end. That line is
 * dropped if it is not JSON.
 *
 * @param file Only for messages.
 * @throws RollgateError `invalid-events` with the line and its problem.
 */
export function parseEvents(text: string, file: string): RunEvent[] {
  const lines = new EventLines(file);
  return [...lines.add(text), ...lines.end()];
}

/**
 * The same for a text that comes in parts, and is never in memory as a whole.
 *
 * @throws RollgateError `invalid-events`; an error of the source.
 */
export async function eventsIn(parts: AsyncIterable<string>, file: string): Promise<RunEvent[]> {
  const lines = new EventLines(file);
  const events: RunEvent[] = [];
  for await (const part of parts) {
    for (const event of lines.add(part)) events.push(event);
  }
  return [...events, ...lines.end()];
}

/** Reads events from a text that comes in parts. */
class EventLines {
  readonly #file: string;
  /** The last line, as far as it came. */
  #rest = '';
  /** How many lines were whole. */
  #lines = 0;

  constructor(file: string) {
    this.#file = file;
  }

  /** @returns The events of the lines that are whole now. */
  *add(text: string): Iterable<RunEvent> {
    const whole = text.lastIndexOf('\n');
    if (whole === -1) {
      this.#rest += text;
      return;
    }
    const lines = (this.#rest + text.slice(0, whole)).split('\n');
    this.#rest = text.slice(whole + 1);
    for (const line of lines) {
      this.#lines += 1;
      if (line.trim() === '') continue;
      const json = parseJson(line);
      if (!json.ok) throw invalidEvents(this.#file, this.#lines, `not JSON: ${json.message}`);
      yield checkEvent(json.value, this.#file, this.#lines);
    }
  }

  /** @returns The event of a line without a line end. */
  end(): readonly RunEvent[] {
    const json = parseJson(this.#rest);
    return json.ok ? [checkEvent(json.value, this.#file, this.#lines + 1)] : [];
  }
}

/** Some nine hours of 50 requests a second. Their events need twice as much memory as the file. */
const LIMIT_BYTES = 511 * MIB;

/**
 * The events in a run's folder.
 *
 * ```ts
 * import { readRun } from 'rollgate';
 *
 * const events = await readRun('runs/nightly');
 * console.log(events.length);
 * ```
 *
 * @throws RollgateError `no-run` where the folder holds no events, `invalid-events`.
 */
export async function readRun(directory: string): Promise<RunEvent[]> {
  if (typeof directory !== 'string') {
    throw new RollgateError('no-run', 'readRun: expected the path of a run’s folder', {
      kind: 'usage',
      hint: 'A run that was made has it: run.directory.',
    });
  }
  const file = join(directory, RUN_FOLDER.events);
  const events = await readStarted(directory);
  if (events[0]?.type === 'run-started') return events;
  const what = events.length === 0 ? 'has no whole event' : 'does not begin with run-started';
  throw new RollgateError('no-run', `${file} ${what}: it holds no run`, {
    kind: 'usage',
    hint: 'Name the folder of a run that began.',
  });
}

/**
 * The same; empty if a run ended before its first event was written.
 *
 * @throws Like `readRun`.
 */
export async function readStarted(directory: string): Promise<RunEvent[]> {
  const file = join(directory, RUN_FOLDER.events);
  const parts = readTextParts(file, {
    what: 'event file',
    code: 'no-run',
    limitBytes: LIMIT_BYTES,
    // In a stranger's folder it may lead anywhere.
    links: false,
    hint: 'Name the folder that a run left: the one that holds events.ndjson.',
  });
  const events = await eventsIn(parts, file);
  checkOrder(events, file);
  return events;
}

/**
 * Doubled or moved lines must not be judged as a run. In a file that was written twice, each
 * request would count twice.
 */
function checkOrder(events: readonly RunEvent[], file: string): void {
  for (const [index, { type }] of events.entries()) {
    const line = index + 1;
    if (type === 'run-started' && index > 0) {
      throw invalidEvents(file, line, 'run-started is not the first event, or is there twice');
    }
    if (type === 'run-finished' && line !== events.length) {
      throw invalidEvents(file, line, 'events follow the run-finished');
    }
  }
}

function parseJson(
  line: string,
):
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string } {
  try {
    return { ok: true, value: JSON.parse(line) };
  } catch (error) {
    return { ok: false, message: shortened(messageOf(error)) };
  }
}

function checkEvent(value: unknown, file: string, line: number): RunEvent {
  const result = RunEventSchema.safeParse(value);
  if (result.success) {
    const number = numberBeyond(result.data);
    if (number === undefined) return result.data;
    throw invalidEvents(file, line, `${number} is larger than any time or count of a run`);
  }
  const wrong = result.error.issues
    .slice(0, 3)
    .map(({ path, message }) => [path.join('.'), inWords(message)].filter(Boolean).join(': '))
    .map(shortened)
    .join('; ');
  throw invalidEvents(file, line, `not an event of this version of rollgate: ${wrong}`);
}

/** Zod's messages, in the words of other messages. */
function inWords(message: string): string {
  return message
    .replace(/^Invalid discriminator value.*/s, 'no event is called so')
    .replace(/^Invalid (input|option|key)[:.] /, '')
    .replace(/^E/, 'e')
    .replace(/, received undefined$/, '; found nothing')
    .replace(/, received /, '; found ');
}

/** Milliseconds of 30 000 years: beyond that, sums lose their last digits and loops may not end. */
const LARGEST = 1e15;

function numberBeyond(value: unknown): number | undefined {
  if (typeof value === 'number') return Math.abs(value) > LARGEST ? value : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const member of Object.values(value)) {
    const found = numberBeyond(member);
    if (found !== undefined) return found;
  }
  return undefined;
}

function invalidEvents(file: string, line: number, what: string): RollgateError {
  return new RollgateError('invalid-events', what, {
    kind: 'usage',
    place: { file, line },
    hint: 'The file was edited, or written by another version of rollgate.',
  });
}
