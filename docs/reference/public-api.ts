import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync, type Comment, type Directive, type Statement } from 'oxc-parser';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What users import, and the file that it is. */
export const ENTRIES: readonly (readonly [string, string])[] = [
  ['rollgate', 'src/index.ts'],
  ['rollgate/ava', 'src/ava.ts'],
  ['rollgate/vitest', 'src/vitest.ts'],
  ['rollgate/node-test', 'src/node-test.ts'],
];

/** A member of a public class or interface. */
export interface PublicMember {
  readonly signature: string;
  readonly doc: string;
}

/** Something that an entry exports. */
export interface PublicThing {
  readonly name: string;
  readonly kind: 'class' | 'function' | 'interface' | 'type' | 'value';
  /** Below the project's folder. */
  readonly file: string;
  readonly doc: string;
  readonly signature: string;
  readonly members: readonly PublicMember[];
}

interface Source {
  readonly path: string;
  readonly text: string;
  readonly body: readonly (Statement | Directive)[];
  readonly comments: readonly Comment[];
}

/** What an entry exports, in the order of its file, each as its source declares it. */
export function publicThings(entry: string): readonly PublicThing[] {
  const source = read(join(ROOT, entry));
  return source.body.flatMap((statement): readonly PublicThing[] => {
    if (statement.type === 'ExportAllDeclaration') {
      return publicThings(relative(ROOT, resolve(dirname(source.path), statement.source.value)));
    }
    if (statement.type !== 'ExportNamedDeclaration') return [];
    if (statement.declaration !== null) return [thingIn(source, statement, statement.declaration)];
    if (statement.source === null) {
      return statement.specifiers.map(({ exported }) => find(source, nameOf(exported)));
    }
    const from = read(resolve(dirname(source.path), statement.source.value));
    return statement.specifiers.map((specifier) => find(from, nameOf(specifier.local)));
  });
}

function read(path: string): Source {
  const text = readFileSync(path, 'utf8');
  const { program, comments } = parseSync(path, text);
  return { path, text, body: program.body, comments };
}

function nameOf(node: { readonly type: string }): string {
  if ('name' in node && typeof node.name === 'string') return node.name;
  throw new Error(`a name of type ${node.type} is not known here`);
}

/** The declaration of a name in a file, or in the file that this one has it from. */
function find(source: Source, name: string): PublicThing {
  for (const statement of source.body) {
    if (statement.type !== 'ExportNamedDeclaration') continue;
    const { declaration } = statement;
    if (declaration !== null && namesOf(declaration).includes(name)) {
      return thingIn(source, statement, declaration);
    }
    for (const { local, exported } of statement.specifiers) {
      if (nameOf(exported) !== name) continue;
      const module = statement.source?.value ?? importOf(source, nameOf(local));
      if (module !== undefined) {
        return find(read(resolve(dirname(source.path), module)), nameOf(local));
      }
    }
  }
  throw new Error(`${relative(ROOT, source.path)} does not export ${name}`);
}

function importOf({ body }: Source, name: string): string | undefined {
  for (const statement of body) {
    if (statement.type !== 'ImportDeclaration') continue;
    if (statement.specifiers.some(({ local }) => local.name === name)) {
      return statement.source.value;
    }
  }
  return undefined;
}

type Exported = Extract<Statement, { type: 'ExportNamedDeclaration' }>;
type Declared = NonNullable<Exported['declaration']>;

function namesOf(declaration: Declared): readonly string[] {
  if (declaration.type === 'VariableDeclaration') {
    return declaration.declarations.map(({ id }) => nameOf(id));
  }
  return 'id' in declaration && declaration.id !== null ? [nameOf(declaration.id)] : [];
}

function thingIn(source: Source, statement: Exported, declaration: Declared): PublicThing {
  const [name = ''] = namesOf(declaration);
  const common = {
    name,
    file: relative(ROOT, source.path),
    doc: docBefore(source, statement.start),
    members: [],
  };
  const textTo = (end: number): string => oneSpaced(source.text.slice(declaration.start, end));
  switch (declaration.type) {
    case 'ClassDeclaration':
    case 'TSInterfaceDeclaration':
      return {
        ...common,
        kind: declaration.type === 'ClassDeclaration' ? 'class' : 'interface',
        signature: textTo(declaration.body.start).trim(),
        members: membersOf(source, declaration.body.body),
      };
    case 'FunctionDeclaration':
      return {
        ...common,
        kind: 'function',
        signature: textTo(declaration.body?.start ?? declaration.end).trim(),
      };
    case 'TSTypeAliasDeclaration':
      return { ...common, kind: 'type', signature: textTo(declaration.end) };
    case 'VariableDeclaration':
      return { ...common, kind: 'value', signature: `const ${name}` };
    case 'ClassExpression':
    case 'FunctionExpression':
    case 'TSDeclareFunction':
    case 'TSEmptyBodyFunctionExpression':
    case 'TSEnumDeclaration':
    case 'TSImportEqualsDeclaration':
    case 'TSModuleDeclaration':
      throw new Error(`${name}: a ${declaration.type} is not known here`);
  }
}

interface Member {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

function membersOf(source: Source, members: readonly Member[]): readonly PublicMember[] {
  return members.flatMap((member) => {
    const isPrivate =
      ('key' in member && isKeyed(member.key) && member.key.type === 'PrivateIdentifier') ||
      ('accessibility' in member && member.accessibility === 'private') ||
      ('kind' in member && member.kind === 'constructor') ||
      ('computed' in member && member.computed === true);
    if (isPrivate) return [];
    return [
      {
        signature: oneSpaced(source.text.slice(member.start, headEnd(member))).replace(/;$/, ''),
        doc: docBefore(source, member.start),
      },
    ];
  });
}

function isKeyed(key: unknown): key is { readonly type: string } {
  return typeof key === 'object' && key !== null && 'type' in key;
}

/** Where a method's body begins; a field's end. */
function headEnd(member: Member): number {
  if (!('value' in member) || typeof member.value !== 'object' || member.value === null) {
    return member.end;
  }
  const { value } = member;
  if (!('body' in value) || typeof value.body !== 'object' || value.body === null) {
    return member.end;
  }
  return 'start' in value.body && typeof value.body.start === 'number'
    ? value.body.start
    : member.end;
}

/** The text of the docstring that ends where something begins. */
function docBefore({ text, comments }: Source, start: number): string {
  const comment = comments.findLast(
    ({ type, end, value }) =>
      type === 'Block' &&
      value.startsWith('*') &&
      end <= start &&
      text.slice(end, start).trim() === '',
  );
  if (comment === undefined) return '';
  return comment.value
    .slice(1)
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd())
    .join('\n')
    .trim();
}

function oneSpaced(text: string): string {
  return text
    .replace(/\/\*\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The TypeScript examples in a docstring or in a page. */
export function examplesIn(text: string): readonly string[] {
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);
}
