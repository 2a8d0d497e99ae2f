import type { Place } from '../errors.ts';
import { shortened } from '../text/shortened.ts';

export type DataPath = readonly (string | number)[];

/** One problem in a scenario or a topology. */
export interface Problem {
  readonly path: DataPath;
  /** The value found and the values allowed. */
  readonly message: string;
  /** Whether the key or its value is wrong. */
  readonly at: 'key' | 'value';
}

/** `load.probes[0].rate`, as people write paths. */
export function formatPath(path: DataPath): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    const name = shortened(part);
    return text === '' ? name : `${text}.${name}`;
  }, '');
}

/** How many problems are listed: a binary file has thousands. */
const LISTED = 20;

/** The first lines, and how many more there are. */
export function listedFirst(lines: readonly string[]): readonly string[] {
  if (lines.length <= LISTED) return lines;
  return [...lines.slice(0, LISTED), `… and ${lines.length - LISTED} more`];
}

/** `file:line:column`. */
export function formatPlace({ file, line, column }: Place): string {
  return [file, line, column].filter((part) => part !== undefined).join(':');
}
