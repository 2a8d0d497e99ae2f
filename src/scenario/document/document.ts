import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
} from 'yaml';
import { messageOf, RollgateError, type Place } from '../../errors.ts';
import { formatPlace, type DataPath } from './problem.ts';
import type { Source } from './source.ts';

/**
 * Parses YAML 1.2 and keeps where each value stands.
 *
 * @param textKeys Top-level keys whose value is text even where YAML sees a number: a series
 *   `2025.10` would else become 2025.1.
 * @throws RollgateError `invalid-scenario` with every syntax error's line and column.
 */
export function parseYaml(text: string, file: string, textKeys: readonly string[] = []): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };

  const errors = [...document.errors, ...document.warnings].map((error) => ({
    place: placeAt(error.pos[0]),
    message: error.message,
  }));
  if (errors[0] !== undefined) {
    const told = errors.map(({ place, message }) => `${formatPlace(place)}: ${message}`);
    throw new RollgateError('invalid-scenario', `not valid YAML\n${told.join('\n')}`, {
      kind: 'usage',
      place: errors[0].place,
    });
  }

  keepText(document, textKeys);
  return {
    data: plainData(document, file),
    origin: ({ path, at }) => ({ kind: 'file', place: placeAt(offsetOf(document, path, at)) }),
  };
}

function keepText(document: Document, keys: readonly string[]): void {
  if (!isMap(document.contents)) return;
  for (const key of keys) {
    const node = document.contents.get(key, true);
    if (isScalar(node) && typeof node.value === 'number') node.value = node.source;
  }
}

/** @throws RollgateError `invalid-scenario` for aliases that would expand without end. */
function plainData(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw new RollgateError('invalid-scenario', `not usable YAML: ${messageOf(cause)}`, {
      kind: 'usage',
      place: { file },
      cause,
    });
  }
}

function offsetOf(document: Document, path: DataPath, at: 'key' | 'value'): number {
  let node = resolve(document, document.contents);
  let offset = startOf(node);
  for (const [depth, part] of path.entries()) {
    const last = depth === path.length - 1;
    if (isMap(node)) {
      const pair = node.items.find(
        ({ key }) => isScalar(key) && String(key.value) === String(part),
      );
      // A key that is missing: the mapping that should have it is as near as one can point.
      if (pair === undefined) return offset;
      offset = startOf(pair.key);
      if (last && at === 'key') return offset;
      const value = resolve(document, pair.value);
      if (isNode(value)) offset = startOf(isAlias(pair.value) ? pair.value : value);
      node = value;
    } else if (isSeq(node)) {
      const item = node.items[Number(part)];
      if (item === undefined) return offset;
      offset = startOf(item);
      node = resolve(document, item);
    } else {
      return offset;
    }
  }
  return offset;
}

function resolve(document: Document, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

function startOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}
