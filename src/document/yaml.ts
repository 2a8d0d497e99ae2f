import { Document, isAlias, isNode, isScalar, LineCounter, parseAllDocuments, visit } from 'yaml';
import { messageOf } from '../errors.ts';
import { shortened } from '../text/shortened.ts';

export type AnyDocument = Document | Document.Parsed;

export interface SyntaxProblem {
  readonly offset: number;
  readonly message: string;
}

/** A YAML document, and its syntax errors. */
export interface ReadYaml {
  readonly document: AnyDocument;
  readonly wrong: readonly SyntaxProblem[];
  readonly lines: LineCounter;
}

/** Reads one YAML document. Nothing is thrown: the syntax errors are in the result. */
export function read(text: string): ReadYaml {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
    // `wrongNodes` looks for duplicate keys, because the parser would compare each key with all
    // previous ones.
    uniqueKeys: false,
  });
  const [document, second] = 'empty' in documents ? [] : documents;
  if (document === undefined) return { document: new Document(null), wrong: [], lines };
  const syntax = [...document.errors, ...document.warnings].map(({ pos, message }) => ({
    offset: pos[0],
    message: inWords(message),
  }));
  const further =
    second === undefined
      ? []
      : [{ offset: second.range[0], message: 'a second document: write one document in a file' }];
  const wrong = [...syntax, ...further];
  return { document, wrong: wrong.length > 0 ? wrong : wrongNodes(document), lines };
}

/** The parser recurses for each level, and reports when there are too many. */
function inWords(message: string): string {
  return /call stack/.test(message) ? 'lists or mappings are nested too deep' : message;
}

/**
 * The value of a text that is YAML, for options.
 *
 * @returns The problem, if the text is no YAML.
 */
export function parseValue(text: string): { readonly value: unknown } | { readonly wrong: string } {
  const { document, wrong } = read(text);
  const [first] = wrong;
  if (first !== undefined) return { wrong: first.message };
  try {
    return { value: document.toJS({ maxAliasCount: ALIAS_LIMIT }) };
  } catch (error) {
    return { wrong: messageOf(error) };
  }
}

/** Keys that are not text or are duplicates, and aliases without an anchor. */
function wrongNodes(document: AnyDocument): readonly SyntaxProblem[] {
  const wrong: SyntaxProblem[] = [];
  const anchors = new Set<string>();
  const note = ({ anchor }: { readonly anchor?: string | undefined }): void => {
    if (anchor !== undefined) anchors.add(anchor);
  };
  visit(document, {
    Scalar: (_key, node) => note(node),
    Seq: (_key, node) => note(node),
    Map: (_key, node) => {
      note(node);
      const { items } = node;
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) {
          wrong.push({
            offset: startOf(key),
            message: `the key ${shortened(String(key.value))} appears twice`,
          });
        }
        seen.add(key.value);
      }
    },
    Pair: (_key, { key }) => {
      if (isScalar(key) || isAlias(key)) return;
      wrong.push({
        offset: startOf(key),
        message: 'a key has to be text, not a list or a mapping',
      });
    },
    Alias: (_key, alias) => {
      // Not `alias.resolve`, which searches the whole document for each alias.
      if (anchors.has(alias.source)) return;
      wrong.push({ offset: startOf(alias), message: `there is no anchor &${alias.source}` });
    },
  });
  return wrong;
}

/** How many values may come from aliases: aliases of aliases would expand without end. */
export const ALIAS_LIMIT = 1000;

/** The offset of a node in its text. */
export function startOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}
