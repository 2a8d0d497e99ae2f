import type { HeatCall } from './call.ts';

/** A value of an answer that may differ from one answer to the next, and why. */
export interface Masked {
  /** Of these answers only. */
  readonly operations: readonly string[];
  /** Keys from the body down, as in `stack.updated_time`; `*` is any key and any place of a list. */
  readonly path: string;
  readonly why: string;
}

/** How many differences are named. */
const NAMED = 3;

type Json = unknown;

/**
 * What the API shows of objects that do not change is the same from the first answer to the last,
 * whichever release gives it. A field that a release adds is no difference.
 */
export class WholeAnswers {
  readonly #first = new Map<string, Json>();
  readonly #masked: readonly Masked[];

  constructor(masked: readonly Masked[]) {
    this.#masked = masked;
  }

  /**
   * Compares a body with the first one of the same operation, field by field. The order of a list
   * does not count.
   *
   * @param part Takes from the parsed body what is to be compared. Default: all of it.
   * @returns What differs, in a few words; `undefined` if nothing does, and for the first body.
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
    const differences = [...differencesOf(this.#first.get(operation), shown, '')];
    if (differences.length === 0) return undefined;
    const more = differences.length - NAMED;
    const named = differences.slice(0, NAMED).join('; ');
    return `it is not what it was at first: ${named}${more > 0 ? `; and ${more} more` : ''}`;
  }
}

type Path = readonly string[];

/** Without what is masked; lists in an order that does not depend on the answer. */
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

/** What may differ in what does not change. */
export const MASKED: readonly Masked[] = [
  {
    operations: ['POST stacks/preview', 'POST stacks/preview of a chain'],
    path: 'stack.creation_time',
    why: 'a preview has the time of its request',
  },
];

/**
 * A call whose whole answer is compared with its first one, if it is a steady one; so are the calls
 * that follow it.
 */
export function compared(call: HeatCall, answers: WholeAnswers): HeatCall {
  const { operation, check, next } = call;
  return {
    ...call,
    ...(call.steady === true
      ? { check: (body) => check?.(body) ?? answers.difference(operation, body) }
      : {}),
    ...(next === undefined ? {} : { next: (id) => compared(next(id), answers) }),
  };
}

/** Each value that was there and is another now, or is gone. */
function* differencesOf(before: Json, now: Json, at: string): Iterable<string> {
  if (isObject(before) && isObject(now)) {
    for (const [key, value] of Object.entries(before)) {
      if (value !== undefined)
        yield* differencesOf(value, now[key], at === '' ? key : `${at}.${key}`);
    }
    return;
  }
  if (Array.isArray(before) && Array.isArray(now)) {
    if (before.length !== now.length) {
      yield `${at} had ${before.length} entries, has ${now.length}`;
      return;
    }
    for (const [index, value] of before.entries()) {
      yield* differencesOf(value, now[index], `${at}[${index}]`);
    }
    return;
  }
  if (before === now) return;
  yield now === undefined
    ? `${at} is gone, was ${short(before)}`
    : `${at} was ${short(before)}, is ${short(now)}`;
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
