import { RollgateError } from '../errors.ts';
import { shortened } from '../text/shortened.ts';
import type { DataPath } from './problem.ts';
import { parseValue } from './yaml.ts';

/** A value that replaces one in the scenario's file. */
export interface Override {
  /** As the user wrote it, for messages: `--from`, `--set load.workload.rate`. */
  readonly option: string;
  readonly path: DataPath;
  readonly value: unknown;
}

/**
 * The maximum number of parts of a path. A user's own template is the deepest value of a scenario.
 */
const DEEPEST = 64;

/**
 * Reads `path=value` of `--set`: `load.workload.rate=2`, `load.probes.0.rate=5`. The value is YAML.
 *
 * @param textPaths Paths whose value is text even where YAML sees a number.
 * @throws RollgateError `invalid-option`.
 */
export function parseSet(text: string, textPaths: readonly string[]): Override {
  const [, dotted, written] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (dotted === undefined || written === undefined) {
    throw new RollgateError('invalid-option', `--set ${shortened(text)}: expected path=value`, {
      kind: 'usage',
      hint: 'For example: --set load.workload.rate=2',
    });
  }
  const parts = dotted.split('.');
  if (parts.includes('')) {
    throw new RollgateError(
      'invalid-option',
      `--set ${shortened(text)}: the path has an empty part`,
      {
        kind: 'usage',
      },
    );
  }
  if (parts.length > DEEPEST) {
    throw new RollgateError(
      'invalid-option',
      `--set ${shortened(text)}: the path has ${parts.length} parts; no value of a scenario is so deep`,
      { kind: 'usage' },
    );
  }
  return {
    option: `--set ${shortened(dotted)}`,
    path: parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
    value: textPaths.includes(dotted) ? written : valueIn(written, dotted),
  };
}

function valueIn(written: string, dotted: string): unknown {
  const parsed = parseValue(written);
  if ('value' in parsed) return parsed.value;
  const message = `--set ${shortened(dotted)}: not a YAML value: ${parsed.wrong}`;
  throw new RollgateError('invalid-option', message, { kind: 'usage' });
}

/** The data with the overrides' values. A value that blocks a path is replaced. */
export function applyOverrides(data: unknown, overrides: readonly Override[]): unknown {
  return overrides.reduce((result, { path, value }) => withValue(result, path, value), data);
}

function withValue(data: unknown, path: DataPath, value: unknown): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return value;
  if (typeof head === 'number') {
    const list: readonly unknown[] = Array.isArray(data) ? data : [];
    const inner = withValue(list[head], rest, value);
    // An index past the end means the end, because a list cannot have holes.
    return head < list.length ? list.with(head, inner) : [...list, inner];
  }
  const entries = isMapping(data) ? Object.entries(data) : [];
  const inner = withValue(entries.find(([key]) => key === head)?.[1], rest, value);
  return Object.fromEntries([...entries.filter(([key]) => key !== head), [head, inner]]);
}

function isMapping(data: unknown): data is Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}

/**
 * The override that wrote the value at a path, or that created or replaced the mapping or list
 * around it.
 *
 * @param data Without the overrides.
 */
export function overrideOf(
  overrides: readonly Override[],
  path: DataPath,
  data: unknown,
): Override | undefined {
  const wrote = overrides.findLast((override) => startsWith(path, override.path));
  if (wrote !== undefined) return wrote;
  const replaced = overrides.findLast((override) => startsWith(path, madeBy(override, data)));
  if (replaced !== undefined) return replaced;
  const depth = depthOf(data, path);
  if (depth === path.length) return undefined;
  const made = path.slice(0, depth + 1);
  return overrides.findLast((override) => startsWith(override.path, made));
}

/** The path of the uppermost value that an override had to replace. */
function madeBy({ path }: Override, data: unknown): DataPath {
  let here = data;
  for (const [depth, part] of path.entries()) {
    const fits = typeof part === 'number' ? Array.isArray(here) : isMapping(here);
    if (!fits) return path.slice(0, depth);
    here = Object.entries(here ?? {}).find(([key]) => key === String(part))?.[1];
    // A missing parent is created and replaces nothing.
    if (here === undefined) return path;
  }
  return path;
}

/** How many parts of a path exist. */
function depthOf(data: unknown, path: DataPath): number {
  const [head, ...rest] = path;
  if (head === undefined || typeof data !== 'object' || data === null) return 0;
  const member = Object.entries(data).find(([key]) => key === String(head));
  return member === undefined ? 0 : 1 + depthOf(member[1], rest);
}

function startsWith(path: DataPath, start: DataPath): boolean {
  return (
    path.length >= start.length &&
    start.every((part, index) => String(path[index]) === String(part))
  );
}
