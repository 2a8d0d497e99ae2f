import { isAbsolute, resolve } from 'node:path';
import { z } from 'zod';
import type { DataPath, Problem } from '../../document/problem.ts';
import { parseValue } from '../../document/yaml.ts';
import { RollgateError } from '../../errors.ts';
import { MIB, readTextSync } from '../../files/read.ts';
import { NAME_LENGTH } from '../names.ts';
import { regularExpressionSchema } from './regular-expression.ts';

/** A template of the subject, or the path of its file. */
const templateSchema = z.union([z.string().min(1), z.record(z.string(), z.unknown())]);
const filesSchema = z.record(z.string(), templateSchema);
const parametersSchema = z.record(
  z.string(),
  z.union([
    z.string(),
    z.number(),
    z.boolean(),
    z.array(z.unknown()),
    z.record(z.string(), z.unknown()),
  ]),
);

const outputSchema = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.strictObject({
    matches: regularExpressionSchema.describe('A JavaScript regular expression.'),
  }),
  z.strictObject({
    unchanged: z.literal(true).describe('The value from when the stack was made.'),
  }),
]);
const holdsSchema = z.strictObject({
  outputs: z
    .record(z.string(), outputSchema)
    .default({})
    .describe('Outputs of the stack by name: the value, or a condition.'),
});

const updateSchema = z.strictObject({
  parameters: parametersSchema.default({}).describe('Parameters of the update.'),
  template: templateSchema
    .exactOptional()
    .describe('Another template, or its path. Default: the stack’s own.'),
  files: filesSchema
    .default({})
    .describe('Nested templates, by the name that the template uses for them.'),
  when: z
    .enum(['at-once', 'after-swaps'])
    .default('after-swaps')
    .describe('As soon as the stack is complete, or after all services are swapped.'),
  holds: holdsSchema
    .exactOptional()
    .describe('Conditions after the update. Default: those on the new stack.'),
});

export const KIND_NAME = /^[a-z][a-z0-9-]*$/;

/** A kind of stack that a user defines: see docs/own-traffic.md. */
export const customKindSchema = z.strictObject({
  name: z
    .string()
    .regex(KIND_NAME, 'lower-case letters, digits and “-”, a letter first')
    .max(NAME_LENGTH)
    .describe('The kind’s name in `kinds` and in reports.'),
  template: templateSchema.describe('The template, or its path beside the scenario.'),
  files: filesSchema
    .default({})
    .describe('Nested templates, by the name that the template uses for them.'),
  parameters: parametersSchema.default({}).describe('Parameters of the stack.'),
  update: updateSchema.exactOptional().describe('An update of the stack. Default: none.'),
  holds: holdsSchema
    .prefault({})
    .describe('Conditions on the new stack. All its resources must be complete too.'),
});

/**
 * A user's own kind of stack, as written.
 *
 * ```ts
 * import type { CustomKindInput } from 'rollgate';
 *
 * export const kind: CustomKindInput = {
 *   name: 'own',
 *   template: {
 *     heat_template_version: '2018-08-31',
 *     resources: { random: { type: 'OS::Heat::RandomString' } },
 *     outputs: { random: { value: { get_attr: ['random', 'value'] } } },
 *   },
 *   holds: { outputs: { random: { unchanged: true } } },
 * };
 * ```
 */
export type CustomKindInput = z.input<typeof customKindSchema>;
/** The same; templates may still be the paths of files. */
export type WrittenKind = Readonly<z.output<typeof customKindSchema>>;

/** A template as an object. */
export type TemplateObject = Readonly<Record<string, unknown>>;
type TemplateFiles = Readonly<Record<string, TemplateObject>>;

/** A user's own kind of stack, with the templates themselves. */
export interface CustomKind extends Omit<WrittenKind, 'template' | 'files' | 'update'> {
  readonly template: TemplateObject;
  readonly files: TemplateFiles;
  readonly update?: Omit<NonNullable<WrittenKind['update']>, 'template' | 'files'> & {
    readonly template?: TemplateObject;
    readonly files: TemplateFiles;
  };
}

/**
 * The kinds with the templates from their files, and the problems of these files.
 *
 * @param directory The base of relative paths: the scenario's folder.
 * @param builtIn Names of the subject's own kinds.
 */
export function locateKinds(
  kinds: readonly WrittenKind[],
  directory: string,
  builtIn: readonly string[],
): { readonly kinds: readonly CustomKind[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const problem = (path: DataPath, message: string): void =>
    void problems.push({ path, message, at: 'value' });
  const template = (written: string | TemplateObject, path: DataPath): TemplateObject => {
    if (typeof written !== 'string') {
      if (!isTemplate(written)) problem(path, 'is no template: it has no resources');
      return written;
    }
    const read = readTemplate(isAbsolute(written) ? written : resolve(directory, written));
    if (typeof read !== 'string') return read;
    problem(path, read);
    return {};
  };
  const files = (written: WrittenKind['files'], path: DataPath): TemplateFiles =>
    Object.fromEntries(
      Object.entries(written).map(([name, one]) => [name, template(one, [...path, name])]),
    );
  const locatedUpdate = (
    { template: changed, ...update }: NonNullable<WrittenKind['update']>,
    path: DataPath,
  ): NonNullable<CustomKind['update']> => ({
    ...update,
    ...(changed !== undefined && { template: template(changed, [...path, 'template']) }),
    files: files(update.files, [...path, 'files']),
  });
  const located = kinds.map((kind, index): CustomKind => {
    const path = ['load', 'workload', 'customKinds', index];
    const before = kinds.slice(0, index).map(({ name }) => name);
    if ([...builtIn, ...before].includes(kind.name)) {
      problem([...path, 'name'], `there is a kind ${kind.name} already; take another name`);
    }
    const { update, ...rest } = kind;
    return {
      ...rest,
      template: template(kind.template, [...path, 'template']),
      files: files(kind.files, [...path, 'files']),
      ...(update && { update: locatedUpdate(update, [...path, 'update']) }),
    };
  });
  return { kinds: located, problems };
}

/** The template of a file, or the reason why the file is not a template. */
function readTemplate(path: string): TemplateObject | string {
  let text: string;
  try {
    text = readTextSync(path, { what: 'file', limitBytes: 4 * MIB });
  } catch (error) {
    if (error instanceof RollgateError) return error.message;
    throw error;
  }
  const parsed = parseValue(text);
  if ('wrong' in parsed) return `${path} is no YAML: ${parsed.wrong}`;
  const data = parsed.value;
  return isTemplate(data) ? data : `${path} is no template: it has no resources`;
}

const templateShape = z.looseObject({ resources: z.record(z.string(), z.unknown()) });

function isTemplate(data: unknown): data is TemplateObject {
  return templateShape.safeParse(data).success;
}
