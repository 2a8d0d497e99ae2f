import { plain } from '../text/plain.ts';
import type { DataPath, Problem } from './problem.ts';

/** Keys whose values may be text of several lines. */
const MANY_LINES: readonly string[] = [
  'description',
  'files',
  'environment',
  'template',
  'parameters',
  'outputs',
  'body',
  'contains',
];

/**
 * Control characters in a scenario. Its names appear in plans, logs and file names. There an escape
 * code would move a terminal's cursor, and a line end would begin another line.
 */
export function controlCharacters(data: unknown): readonly Problem[] {
  return found(data, [], new Set());
}

function found(data: unknown, path: DataPath, seen: Set<unknown>): readonly Problem[] {
  if (typeof data === 'string') return isPlain(data) ? [] : [problem(path, 'value')];
  if (typeof data !== 'object' || data === null || seen.has(data)) return [];
  seen.add(data);
  if (Array.isArray(data)) {
    return data.flatMap((item, index) => found(item, [...path, index], seen));
  }
  return Object.entries(data).flatMap(([key, value]) => {
    if (!isPlain(key)) return [problem([...path, key], 'key')];
    return MANY_LINES.includes(key) ? [] : found(value, [...path, key], seen);
  });
}

/** Leading, trailing and repeated blanks do not matter here. */
function isPlain(text: string): boolean {
  return plain(text) === text.replaceAll(/ +/g, ' ').trim();
}

function problem(path: DataPath, at: Problem['at']): Problem {
  const message = 'holds a control character or a line end, which cannot be printed in a plan';
  return { path, message, at };
}
