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
  readonly #mediaTypes = new Map<string, string>();
  readonly #masked: readonly Masked[];
  readonly #mayLack: boolean;

  /** @param mayLack A later answer may lack fields of the first. Default: it may not. */
  constructor(masked: readonly Masked[], { mayLack = false } = {}) {
    this.#masked = masked;
    this.#mayLack = mayLack;
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
   * Compares the media type of an answer (`Content-Type` without its parameters) with that of the
   * operation's first answer. Clients choose a parser by it.
   *
   * @returns The difference; `undefined` if there is none, and for the first answer.
   */
  otherMediaType(operation: string, headers: ResponseHeaders): string | undefined {
    const [type = ''] = String(headers['content-type'] ?? '').split(';');
    const now = type.trim().toLowerCase() || 'none';
    const before = this.#mediaTypes.get(operation);
    if (before === undefined) this.#mediaTypes.set(operation, now);
    return before === undefined || before === now
      ? undefined
      : `its content type was ${before} at first, is ${now}`;
  }
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
];

/**
 * A call whose media type is compared with that of its first answer. If the object of the call does
 * not change, the whole answer is compared. The same applies to the calls that follow it.
 */
export function compared(call: HeatCall, answers: WholeAnswers): HeatCall {
  const { operation, check, checkHeaders, next } = call;
  return {
    ...call,
    ...(call.steady === true
      ? { check: (body) => check?.(body) ?? answers.difference(operation, body) }
      : {}),
    checkHeaders: (headers, body) =>
      checkHeaders?.(headers, body) ?? answers.otherMediaType(operation, headers),
    ...(next === undefined ? {} : { next: (id) => compared(next(id), answers) }),
  };
}

interface Difference {
  readonly text: string;
  readonly gone?: boolean;
}

/** Each value that has changed or is gone. */
function* differencesOf(before: Json, now: Json, at: string): Iterable<Difference> {
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
