import { isAlias, isMap, isNode, isScalar, isSeq, visit } from 'yaml';
import { messageOf, RollgateError, type Place } from '../errors.ts';
import { formatPlace, listedFirst, type DataPath } from './problem.ts';
import type { Written } from './written.ts';
import { ALIAS_LIMIT, read, startOf, type AnyDocument } from './yaml.ts';

/**
 * Parses YAML 1.2 and keeps the position of each value.
 *
 * @param textPaths Paths whose value is text even where YAML sees a number: a series `2025.10`
 * would otherwise become 2025.1. `*` is every item of a list, as in `pairs.*.from`.
 * @throws RollgateError `invalid-scenario` with every syntax error's line and column.
 */
export function parseYaml(text: string, file: string, textPaths: readonly string[] = []): Written {
  const { document, wrong, lines } = read(text);
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };

  const [first] = wrong;
  if (first !== undefined) {
    const places = wrong.map(
      ({ offset, message }) => `${formatPlace(placeAt(offset))}: ${message}`,
    );
    const listed = listedFirst([...new Set(places)]);
    throw new RollgateError('invalid-scenario', `not valid YAML\n${listed.join('\n')}`, {
      kind: 'usage',
      place: placeAt(first.offset),
    });
  }

  keepText(document, textPaths);
  return {
    data: plainData(document, placeAt),
    origin: ({ path, at }) => ({ kind: 'file', place: placeAt(offsetOf(document, path, at)) }),
  };
}

function keepText(document: AnyDocument, paths: readonly string[]): void {
  for (const path of paths) {
    for (const node of nodesAt(document, document.contents, path.split('.'))) {
      if (isScalar(node) && typeof node.value === 'number') node.value = node.source;
    }
  }
}

/** The nodes at a path, in which `*` is every item of a list. */
function nodesAt(document: AnyDocument, from: unknown, path: readonly string[]): unknown[] {
  const node = resolve(document, from);
  const [head, ...rest] = path;
  if (head === undefined) return [node];
  if (isSeq(node) && head === '*') {
    return node.items.flatMap((item) => nodesAt(document, item, rest));
  }
  return isMap(node) ? nodesAt(document, node.get(head, true), rest) : [];
}

/** @throws RollgateError `invalid-scenario` for aliases that would expand without end. */
function plainData(document: AnyDocument, placeAt: (offset: number) => Place): unknown {
  try {
    return document.toJS({ maxAliasCount: ALIAS_LIMIT });
  } catch (cause) {
    let offset = 0;
    visit(document, {
      Alias: (_key, alias) => {
        offset = startOf(alias);
        return visit.BREAK;
      },
    });
    const message = /alias/i.test(messageOf(cause))
      ? `aliases stand for more than ${ALIAS_LIMIT} values; write some of them out`
      : messageOf(cause);
    throw new RollgateError('invalid-scenario', `not usable YAML: ${message}`, {
      kind: 'usage',
      place: placeAt(offset),
      cause,
    });
  }
}

function offsetOf(document: AnyDocument, path: DataPath, at: 'key' | 'value'): number {
  let node = resolve(document, document.contents);
  let offset = startOf(node);
  for (const [depth, part] of path.entries()) {
    const last = depth === path.length - 1;
    if (isMap(node)) {
      const pair = node.items.find(
        ({ key }) => isScalar(key) && String(key.value) === String(part),
      );
      // For a missing key, the position is that of the mapping that should have it.
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

function resolve(document: AnyDocument, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}
