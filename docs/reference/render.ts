import { ENTRIES, publicThings, type PublicThing } from './public-api.ts';

const KINDS = [
  ['function', 'Functions'],
  ['class', 'Classes'],
  ['value', 'Values'],
  ['interface', 'Interfaces'],
  ['type', 'Types'],
] as const satisfies readonly (readonly [PublicThing['kind'], string])[];

/** The reference of the library, from its docstrings. */
export function renderReference(): string {
  return [
    '# Reference of the library',
    '',
    'Made from the docstrings by `npm run docs:reference`. How to begin: [library.md](library.md).',
    ...ENTRIES.flatMap(([module, file]) => renderEntry(module, publicThings(file))),
    '',
  ].join('\n');
}

function renderEntry(module: string, things: readonly PublicThing[]): readonly string[] {
  return [
    '',
    `## \`${module}\``,
    ...KINDS.flatMap(([kind, title]) => {
      const own = things.filter((thing) => thing.kind === kind);
      return own.length === 0 ? [] : ['', `### ${title}`, ...own.flatMap(renderThing)];
    }),
  ];
}

function renderThing({ name, signature, doc, members }: PublicThing): readonly string[] {
  return [
    '',
    `#### ${name}`,
    '',
    '```text',
    signature,
    '```',
    ...(doc === '' ? [] : ['', paragraphs(doc)]),
    ...(members.length === 0 ? [] : ['']),
    ...members.map((member) => {
      const text = paragraphs(member.doc.replace(/```ts[\s\S]*?```/g, ''))
        .replace(/\s+/g, ' ')
        .trim();
      return `- \`${member.signature}\`${text === '' ? '' : `: ${text}`}`;
    }),
  ];
}

/** Tags of docstrings as words. */
function paragraphs(doc: string): string {
  return doc
    .replaceAll(/^@throws /gm, '\nThrows ')
    .replaceAll(/@param options\.(\w+) /g, '`$1`: ')
    .replaceAll(/@param (\w+) /g, '`$1`: ')
    .replaceAll(/^@returns /gm, '\nReturns ')
    .replaceAll(/^@see /gm, '\nSee ')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}
