import type { EventOf } from '../../events/event.ts';

/** A report of a target's process about its changed lines, without node and time. */
export type RanLine = Own<EventOf<'code-ran'>> | Own<EventOf<'code-watched'>>;
type Own<T> = Omit<T, 'at' | 'node' | 'service' | 'version'>;

/** The format of `src/runs/changed-code/python/sitecustomize.py`. */
const LINE =
  /^rollgate-ran (?:(?<watches>watches)|unknown: (?<unknown>.*)|(?<path>\/.*):(?<line>\d+))$/;

/** Parses a log line; `undefined` if it is not such a report. */
export function parseRan(text: string): RanLine | undefined {
  const found = LINE.exec(text.trimEnd())?.groups;
  if (found === undefined) return undefined;
  const { unknown, path, line } = found;
  if (path !== undefined) return { type: 'code-ran', path, line: Number(line) };
  return { type: 'code-watched', ...(unknown === undefined ? {} : { unknown }) };
}
