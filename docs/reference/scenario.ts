import { z } from 'zod';
import { schemaOf } from '../../src/cli/verbs/setup/schema.ts';

/** What the page shows of a JSON Schema, as zod writes it. */
const NodeSchema = z.object({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  default: z.unknown().optional(),
  description: z.string().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  required: z.array(z.string()).optional(),
  get properties() {
    return z.record(z.string(), NodeSchema).optional();
  },
  get items() {
    return NodeSchema.optional();
  },
  get anyOf() {
    return z.array(NodeSchema).optional();
  },
  get oneOf() {
    return z.array(NodeSchema).optional();
  },
});
type Node = z.output<typeof NodeSchema>;

/** A key of the scenario. */
interface Key {
  /** `load.workload.rate`; `[]` stands for an item of a list. */
  readonly path: string;
  readonly node: Node;
  readonly needed: boolean;
}

/** A table of the page: the keys of one place, or the keys of each form that it can take. */
interface Section {
  readonly path: string;
  readonly forms: readonly { readonly form: string; readonly keys: readonly Key[] }[];
}

/** The page of all keys of a scenario, from its schema. */
export async function renderScenario(): Promise<string> {
  const { sections, places } = await read();
  return [
    '# Keys of a scenario',
    '',
    'Made from the schema by `npm run docs:reference`. Examples: `lab/scenarios/`. The command line can set any key: `--set load.workload.rate=1`. Where a key may be a name or an object, as `deployer`, the object needs its name too: `--set deployer.name=kolla-ansible --set deployer.vcpus=16`. `rollgate schema scenario` prints the schema for an editor.',
    '',
    'Times are in seconds. Relative paths start at the scenario’s file; the paths in `overlay` start at the working directory.',
    ...sections.flatMap((section) => renderSection(section, places)),
    '',
  ].join('\n');
}

/** Keys that no description explains. */
export async function undescribedKeys(): Promise<readonly string[]> {
  const { sections } = await read();
  return sections
    .flatMap(({ forms }) => forms.flatMap(({ keys }) => keys))
    .filter(({ node }) => node.description === undefined)
    .map(({ path }) => path);
}

/** Where the table of an object stands, by its keys: an object has one table, however often it may be written. */
type Places = Map<string, string>;

async function read(): Promise<{ readonly sections: readonly Section[]; readonly places: Places }> {
  const places: Places = new Map();
  const schema = NodeSchema.parse(await schemaOf('scenario'));
  return { sections: sectionsOf('', schema, places), places };
}

/** The tables of a place and of all below it, without those that have a place already. */
function sectionsOf(path: string, node: Node, places: Places): readonly Section[] {
  const objects = objectsIn(node);
  if (objects.every((one) => places.has(identity(one)))) return [];
  for (const one of objects) places.set(identity(one), path);
  const word = objects.length > 1 ? formKey(objects) : undefined;
  const forms = objects.map(({ properties = {}, required = [] }) => ({
    form: word === undefined ? '' : formOf(properties, word),
    keys: Object.entries(properties).map(([name, one]) => ({
      path: path === '' ? name : `${path}.${name}`,
      node: one,
      needed: required.includes(name) && one.default === undefined,
    })),
  }));
  const below = forms.flatMap(({ keys }) =>
    keys.flatMap((key) =>
      sectionsOf(`${key.path}${isList(key.node) ? '[]' : ''}`, key.node, places),
    ),
  );
  return [{ path, forms }, ...below];
}

function identity({ properties }: Node): string {
  return JSON.stringify(properties);
}

/** The objects that a place can hold, or the items of its list. */
function objectsIn({ properties, items, anyOf = [], oneOf = [], ...node }: Node): readonly Node[] {
  const here = properties === undefined ? [] : [{ properties, ...node }];
  const choices = [...anyOf, ...oneOf, ...(items === undefined ? [] : [items])];
  return [...here, ...choices.flatMap(objectsIn)];
}

function isList({ items, anyOf = [] }: Node): boolean {
  return items !== undefined || anyOf.some(isList);
}

/** The key that distinguishes several forms: a constant in each. */
function formKey(objects: readonly Node[]): string | undefined {
  const [first] = objects;
  return Object.keys(first?.properties ?? {}).find((name) =>
    objects.every(({ properties = {} }) => properties[name]?.const !== undefined),
  );
}

function formOf(properties: Readonly<Record<string, Node>>, word: string): string {
  return String(properties[word]?.const);
}

function renderSection({ path, forms }: Section, places: Places): readonly string[] {
  const title = path === '' ? 'Top level' : `\`${path}\``;
  const several = forms.some(({ form }) => form !== '');
  return [
    '',
    `## ${title}`,
    '',
    several
      ? '| form | key | value | default | meaning |\n|---|---|---|---|---|'
      : '| key | value | default | meaning |\n|---|---|---|---|',
    ...forms.flatMap(({ form, keys }) =>
      keys.map((key) => `| ${several ? `\`${form}\` | ` : ''}${renderKey(key, path, places)} |`),
    ),
  ];
}

function renderKey({ path, node, needed }: Key, above: string, places: Places): string {
  const name = above === '' ? path : path.slice(above.length + 1);
  return [
    `\`${name}\``,
    cell(valueOf(node, places)),
    needed ? 'needed' : defaultOf(node),
    cell(node.description ?? ''),
  ].join(' | ');
}

/** What may stand at a key, in a few words. */
function valueOf(node: Node, places: Places): string {
  const choices = [...(node.anyOf ?? []), ...(node.oneOf ?? [])];
  if (choices.length > 0) {
    return [...new Set(choices.flatMap((one) => valueOf(one, places).split(', ')))].join(', ');
  }
  if (node.const !== undefined) return code(node.const);
  if (node.enum !== undefined) return node.enum.map(code).join(', ');
  if (node.items !== undefined) return `list: ${valueOf(node.items, places)}`;
  if (node.properties !== undefined) {
    const place = places.get(identity(node)) ?? '';
    return `[${place}](#${place.toLowerCase().replaceAll(/[^a-z0-9-]/g, '')})`;
  }
  const types = [node.type ?? []].flat();
  if (types.length === 0) return 'any';
  return types.map((type) => `${WORDS[type] ?? type}${rangeOf(node)}`).join(', ');
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  object: 'map',
  boolean: '`true`, `false`',
};

function rangeOf({ minimum, exclusiveMinimum, maximum }: Node): string {
  const low = minimum ?? exclusiveMinimum;
  if (low === undefined || maximum === undefined) return low === undefined ? '' : ` from ${low}`;
  return ` ${exclusiveMinimum === undefined ? '' : 'above '}${low} to ${maximum}`;
}

/** A default that takes more than a few words is described instead. */
function defaultOf({ default: value }: Node): string {
  if (value === undefined) return '';
  const text = JSON.stringify(value);
  return text === '{}' || text === '[]' || text.length > 60 ? '' : code(value);
}

function code(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`);
}
