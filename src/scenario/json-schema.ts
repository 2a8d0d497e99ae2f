import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { IMAGE_OF_TARGET, SAME_AS_BASE } from '../release/spec.ts';
import { KIND_NAME } from './custom/kind.ts';
import { DEFAULT_TOPOLOGY, scenarioSchema } from './schema.ts';
import { TopologySchema } from './topology/topology.ts';
import type { Vocabulary } from './vocabulary.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * JSON Schema (2020-12) of a scenario file, for editors. It knows the keys, the names and the
 * ranges. `rollgate plan` finds mistakes that only a plan shows, e.g. a step that is illegal in its
 * place.
 */
export function scenarioJsonSchema(vocabulary: Vocabulary): JsonSchema {
  const { properties, ...schema } = written(
    scenarioSchema(vocabulary),
    vocabulary.shape.lifecycles,
  );
  const release = releaseJsonSchema(vocabulary.series);
  const forms = 'a series, `image:REF`, `dir:PATH` or `git:PATH@REF`';
  return {
    title: 'rollgate scenario',
    ...schema,
    properties: {
      ...z.record(z.string(), z.unknown()).parse(properties),
      base: {
        description: `The release before the upgrade: ${forms}. \`${IMAGE_OF_TARGET}\` is the release whose image the target’s source is laid over.`,
        anyOf: [...release.anyOf, { const: IMAGE_OF_TARGET }],
      },
      target: {
        description: `The release after the upgrade: ${forms}. \`${SAME_AS_BASE}\` is the base itself, where only the configuration changes.`,
        anyOf: [...release.anyOf, { const: SAME_AS_BASE }],
      },
      topology: {
        description: 'A name in lab/topologies, the path of a YAML file, or the topology itself.',
        default: DEFAULT_TOPOLOGY,
        anyOf: [{ type: 'string' }, topologyJsonSchema()],
      },
    },
  };
}

/** JSON Schema of a topology file. */
export function topologyJsonSchema(): JsonSchema {
  return { title: 'rollgate topology', ...written(TopologySchema) };
}

/**
 * As a user writes it, before defaults are filled in and texts are parsed.
 *
 * @param kinds Kinds of stacks, by name: a scenario may also name its own.
 */
function written(schema: z.ZodType, kinds: readonly string[] = []): JsonSchema {
  return z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override({ jsonSchema }) {
      if (jsonSchema.enum === undefined || !isDeepStrictEqual(jsonSchema.enum, kinds)) return;
      const { enum: known } = jsonSchema;
      delete jsonSchema.enum;
      jsonSchema.anyOf = [{ enum: known }, { type: 'string', pattern: KIND_NAME.source }];
    },
  });
}

/** A file may have `2025.1` without quotes, which YAML reads as a number. */
function releaseJsonSchema(series: readonly string[]): { readonly anyOf: readonly JsonSchema[] } {
  return {
    anyOf: [
      { enum: series },
      { enum: series.map(Number).filter((number) => !Number.isNaN(number)) },
      { type: 'string', pattern: '^(image:.+|dir:.+|git:.+@[^@]+)$' },
    ],
  };
}
