import type { ResponseHeaders } from '../../../load/http/outcome.ts';
import type { HeatCall } from './call.ts';

/** A value of an answer that may differ from one answer to the next, and why. */
export interface Masked {
  /** Only in these answers. */
  readonly operations: readonly string[];
  /** Keys from the body down, as in `stack.updated_time`; `*` is any key and any item of a list. */
  readonly path: string;
  readonly why: string;
}

/** How many differences are named. */
const NAMED = 3;

type Json = unknown;

/**
 * Compares answers about objects that do not change: every release must show the same from the
 * first answer to the last. A field that a release adds does not count as a difference.
 */
export class WholeAnswers {
  readonly #first = new Map<string, Json>();
  readonly #headers = new Map<string, ComparedHeaders>();
  readonly #masked: readonly Masked[];
  readonly #mayLack: boolean;

  /** @param mayLack A later answer may lack fields of the first. Default: it may not. */
  constructor(masked: readonly Masked[], { mayLack = false } = {}) {
    this.#masked = masked;
    this.#mayLack = mayLack;
  }

  /** Whether an answer of the operation was seen. */
  knows(operation: string): boolean {
    return this.#first.has(operation);
  }

  /**
   * Compares a body with the first one of the same operation, field by field. The order of a list
   * does not count.
   *
   * @param part Takes the part to compare from the parsed body. Default: all of it.
   * @returns The differences, in a few words; `undefined` if there are none, and for the first
   * body.
   */
  difference(
    operation: string,
    body: string,
    part: (parsed: Json) => Json = (parsed) => parsed,
  ): string | undefined {
    const masks = this.#masked
      .filter(({ operations }) => operations.includes(operation))
      .map(({ path }) => path.split('.'));
    const shown = withoutMasked(part(JSON.parse(body)), masks, []);
    if (!this.#first.has(operation)) {
      this.#first.set(operation, shown);
      return undefined;
    }
    const all = differencesOf(this.#first.get(operation), shown, '');
    const differences = [...all].flatMap(({ text, gone = false }) =>
      gone && this.#mayLack ? [] : [text],
    );
    if (differences.length === 0) return undefined;
    const more = differences.length - NAMED;
    const named = differences.slice(0, NAMED).join('; ');
    return `it is not what it was at first: ${named}${more > 0 ? `; and ${more} more` : ''}`;
  }

  /**
   * Compares the headers of an answer with those of the operation's first answer. The media type
   * (`Content-Type` without its parameters) must be equal, and every other header must be there.
   * Clients choose a parser by the type, and name a request in a report by its id.
   *
   * @returns The difference; `undefined` if there is none, and for the first answer.
   */
  otherHeaders(operation: string, headers: ResponseHeaders): string | undefined {
    const now = headersOf(headers);
    const before = this.#headers.get(operation);
    if (before === undefined) this.#headers.set(operation, now);
    if (before === undefined) return undefined;
    if (before.mediaType !== now.mediaType) {
      return `its content type was ${before.mediaType} at first, is ${now.mediaType}`;
    }
    const gone = [...before.names].filter((name) => !now.names.has(name));
    return gone.length === 0 ? undefined : `it has no ${gone.join(', ')}, as at first`;
  }
}

interface ComparedHeaders {
  readonly mediaType: string;
  readonly names: ReadonlySet<string>;
}

/** Headers of a connection or of the transfer; `Content-Type` is compared by its value. */
const OF_THE_TRANSFER = new Set([
  'connection',
  'content-length',
  'content-type',
  'date',
  'keep-alive',
  'transfer-encoding',
]);

function headersOf(headers: ResponseHeaders): ComparedHeaders {
  const [type = ''] = String(headers['content-type'] ?? '').split(';');
  const names = Object.keys(headers).filter((name) => !OF_THE_TRANSFER.has(name));
  return { mediaType: type.trim().toLowerCase() || 'none', names: new Set(names) };
}

type Path = readonly string[];

/** Without masked values; lists are in an order that does not depend on the answer. */
function withoutMasked(value: Json, masks: readonly Path[], at: Path): Json {
  if (masks.some((mask) => isAt(mask, at))) return undefined;
  if (Array.isArray(value)) {
    return value
      .map((item) => withoutMasked(item, masks, [...at, '*']))
      .toSorted((one, other) => order(JSON.stringify(one), JSON.stringify(other)));
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .toSorted(order)
      .map((key) => [key, withoutMasked(value[key], masks, [...at, key])]),
  );
}

function isAt(mask: Path, at: Path): boolean {
  return mask.length === at.length && mask.every((key, index) => key === '*' || key === at[index]);
}

/** Values that may differ although the object does not change. */
export const MASKED: readonly Masked[] = [
  {
    operations: [
      'POST stacks/preview',
      'POST stacks/preview of a chain',
      'POST stacks/preview with an environment',
    ],
    path: 'stack.creation_time',
    why: 'a preview has the time of its request',
  },
  ...['id', 'creation_time'].map((key) => ({
    operations: ['POST software_configs', 'GET software_config'],
    path: `software_config.${key}`,
    why: 'each has its own',
  })),
  ...['id', 'config_id', 'creation_time', 'updated_time'].map((key) => ({
    operations: ['POST software_deployments', 'GET software_deployment', 'PUT software_deployment'],
    path: `software_deployment.${key}`,
    why: 'each has its own',
  })),
];

/**
 * A call whose headers are compared with those of its first answer. If the object of the call does
 * not change, the whole answer is compared. The same applies to the calls that follow it.
 */
export function compared(call: HeatCall, answers: WholeAnswers): HeatCall {
  const { operation, check, checkHeaders, next, part } = call;
  return {
    ...call,
    ...(call.steady === true
      ? { check: (body) => check?.(body) ?? answers.difference(operation, body, part) }
      : {}),
    checkHeaders: (headers, body) =>
      checkHeaders?.(headers, body) ?? answers.otherHeaders(operation, headers),
    ...(next === undefined ? {} : { next: (id) => compared(next(id), answers) }),
  };
}

interface AnswerDifference {
  readonly text: string;
  readonly gone?: boolean;
}

/** Each value that has changed or is gone. */
function* differencesOf(before: Json, now: Json, at: string): Iterable<AnswerDifference> {
  if (isObject(before) && isObject(now)) {
    for (const [key, value] of Object.entries(before)) {
      if (value !== undefined) {
        yield* differencesOf(value, now[key], at === '' ? key : `${at}.${key}`);
      }
    }
    return;
  }
  if (Array.isArray(before) && Array.isArray(now)) {
    if (before.length !== now.length) {
      yield { text: `${at} had ${before.length} entries, has ${now.length}` };
      return;
    }
    for (const [index, value] of before.entries()) {
      yield* differencesOf(value, now[index], `${at}[${index}]`);
    }
    return;
  }
  if (before === now) return;
  yield now === undefined
    ? { text: `${at} is gone, was ${short(before)}`, gone: true }
    : { text: `${at} was ${short(before)}, is ${short(now)}` };
}

function isObject(value: Json): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function order(one: string | undefined, other: string | undefined): number {
  const [left, right] = [one ?? '', other ?? ''];
  return left < right ? -1 : left > right ? 1 : 0;
}

function short(value: Json): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
