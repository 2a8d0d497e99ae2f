import { dirname } from 'node:path';
import type { Place } from '../errors.ts';
import { applyOverrides, overrideOf, type Override } from './overrides.ts';
import { formatPath, formatPlace, type DataPath, type Problem } from './problem.ts';

/** The author of a value. */
export type Origin =
  | { readonly kind: 'file'; readonly place: Place }
  /** An option of the command line, as the user wrote it, and the value that it sets. */
  | { readonly kind: 'option'; readonly option: string; readonly sets: DataPath }
  /** A program, through the library. */
  | { readonly kind: 'value'; readonly name: string; readonly path: DataPath };

/** Data with the author of each part. */
export interface Written {
  readonly data: unknown;
  origin(problem: Pick<Problem, 'path' | 'at'>): Origin;
}

/** A problem and the author of the value. */
export interface WrittenProblem extends Problem {
  readonly origin: Origin;
  /** The file that has it, if it is not the scenario. */
  readonly within?: 'topology' | 'deployer profile';
}

export function writtenProblem(written: Written, problem: Problem): WrittenProblem {
  return { ...problem, origin: written.origin(problem) };
}

/**
 * Data from a program.
 *
 * @param pathOf The program's name for a path.
 */
export function writtenByProgram(
  name: string,
  data: unknown,
  pathOf: (path: DataPath) => DataPath = (path) => path,
): Written {
  return { data, origin: ({ path }) => ({ kind: 'value', name, path: pathOf(path) }) };
}

/** A path in a file is relative to the file, so that both can be moved together. */
export function startOfPaths(origin: Origin): string | undefined {
  return origin.kind === 'file' ? dirname(origin.place.file) : undefined;
}

/** The written data, including the values of options. */
export function overridden(written: Written, overrides: readonly Override[]): Written {
  return {
    data: applyOverrides(written.data, overrides),
    origin: (problem) => {
      const override = overrideOf(overrides, problem.path, written.data);
      return override === undefined
        ? written.origin(problem)
        : { kind: 'option', option: override.option, sets: override.path };
    },
  };
}

/** `file:line:column: path: problem`. */
export function formatWrittenProblem({ origin, path, message }: WrittenProblem): string {
  return [formatOrigin(origin), shownPath(origin, path), message].filter(Boolean).join(': ');
}

/** An error names the option, not the key: its user need not know the key as well. */
function shownPath(origin: Origin, path: DataPath): string {
  switch (origin.kind) {
    case 'file':
      return formatPath(path);
    case 'value':
      return formatPath(origin.path);
    case 'option': {
      const isWithin = origin.sets.every((part, index) => String(part) === String(path[index]));
      const rest = isWithin ? path.slice(origin.sets.length) : path;
      // For a list of words, the message names the word.
      return rest.some((part) => typeof part === 'string') ? formatPath(rest) : '';
    }
  }
}

/** The problems of one file: one line for each, and the position of the first. */
export function reportOn(
  written: Written,
  problems: readonly Problem[],
): { readonly lines: readonly string[]; readonly place: Place | undefined } {
  const sorted = problems
    .map((problem) => writtenProblem(written, problem))
    .toSorted(inOrderOfOrigin);
  const [place] = sorted.flatMap(({ origin }) => (origin.kind === 'file' ? [origin.place] : []));
  return { lines: sorted.map(formatWrittenProblem), place };
}

/** `file:line:column: path` of a value. */
export function formatPlaced(written: Written, path: DataPath): string {
  return `${formatOrigin(written.origin({ path, at: 'value' }))}: ${formatPath(path)}`;
}

function formatOrigin(origin: Origin): string {
  switch (origin.kind) {
    case 'file':
      return formatPlace(origin.place);
    case 'option':
      return origin.option;
    case 'value':
      return origin.name;
  }
}

/** Options first, because the user just typed them; then in the order of reading the files. */
export function inOrderOfOrigin(
  { origin: one }: WrittenProblem,
  { origin: other }: WrittenProblem,
): number {
  if (one.kind !== 'file' || other.kind !== 'file') {
    return Number(one.kind === 'file') - Number(other.kind === 'file');
  }
  return (
    one.place.file.localeCompare(other.place.file) ||
    (one.place.line ?? 0) - (other.place.line ?? 0) ||
    (one.place.column ?? 0) - (other.place.column ?? 0)
  );
}
