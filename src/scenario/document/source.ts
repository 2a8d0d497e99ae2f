import type { Place } from '../../errors.ts';
import { applyOverrides, overrideOf, type Override } from './overrides.ts';
import { formatPath, formatPlace, type DataPath, type Problem } from './problem.ts';

/** Who wrote something. */
export type Origin =
  | { readonly kind: 'file'; readonly place: Place }
  /** An option of the command line, as the user wrote it. */
  | { readonly kind: 'option'; readonly option: string }
  /** A program, through the library. */
  | { readonly kind: 'value'; readonly name: string; readonly path: DataPath };

/** Data that knows who wrote each part of it. */
export interface Source {
  readonly data: unknown;
  origin(problem: Pick<Problem, 'path' | 'at'>): Origin;
}

/** A problem and who wrote it. */
export interface Finding extends Problem {
  readonly origin: Origin;
}

export function finding(source: Source, problem: Problem): Finding {
  return { ...problem, origin: source.origin(problem) };
}

/**
 * Data from a program.
 *
 * @param pathOf What the program calls a path of it.
 */
export function valueSource(
  name: string,
  data: unknown,
  pathOf: (path: DataPath) => DataPath = (path) => path,
): Source {
  return { data, origin: ({ path }) => ({ kind: 'value', name, path: pathOf(path) }) };
}

/** A source with the values of options in it. */
export function overridden(source: Source, overrides: readonly Override[]): Source {
  return {
    data: applyOverrides(source.data, overrides),
    origin: (problem) => {
      const override = overrideOf(overrides, problem.path, source.data);
      return override === undefined
        ? source.origin(problem)
        : { kind: 'option', option: override.option };
    },
  };
}

/** `file:line:column: path: what is wrong`. */
export function formatFinding({ origin, path, message }: Finding): string {
  const told = origin.kind === 'value' ? origin.path : path;
  return [formatOrigin(origin), formatPath(told), message].filter(Boolean).join(': ');
}

/** `file:line:column: path` of a value. */
export function formatPlaced(source: Source, path: DataPath): string {
  return `${formatOrigin(source.origin({ path, at: 'value' }))}: ${formatPath(path)}`;
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

/** Options first, since they are nearest to the user's hand; then as the files are read. */
export function inOrderOfOrigin({ origin: one }: Finding, { origin: other }: Finding): number {
  if (one.kind !== 'file' || other.kind !== 'file') {
    return Number(one.kind === 'file') - Number(other.kind === 'file');
  }
  return (
    one.place.file.localeCompare(other.place.file) ||
    (one.place.line ?? 0) - (other.place.line ?? 0) ||
    (one.place.column ?? 0) - (other.place.column ?? 0)
  );
}
