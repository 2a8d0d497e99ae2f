import { z } from 'zod';
import { RollgateError } from '../errors.ts';
import { jsonIn } from '../json.ts';
import { ROLES } from '../words.ts';

/**
 * The compared content of one image, read by a program in the image. Lines are 1-based; `file` is
 * relative to its folder on Python's path.
 */
const line = z.int().nullable();
const place = { file: z.string(), line };

/** The content of an area, or why it could not be read. */
function area<T extends z.ZodType>(found: T) {
  return z.union([z.object({ found }), z.object({ error: z.string() })]);
}

const message = z.object({
  method: z.string(),
  ...place,
  /** E.g. `WorkerClient.check_resource`. */
  sender: z.string(),
  /** The version with which it is sent. */
  version: z.string(),
  kind: z.enum(['call', 'cast', 'either']),
  /** The services that send it; empty if no service of the subject does. */
  callers: z.array(z.enum(ROLES)),
  /** The same by their names, if there are several kinds of engines. */
  services: z.array(z.string()).nullish(),
  arguments: z.array(z.string()),
  /** It may have others that its source does not show. */
  variadic: z.boolean(),
});
const method = z.object({
  name: z.string(),
  ...place,
  parameters: z.array(z.object({ name: z.string(), required: z.boolean() })),
  /** It accepts any other argument too. */
  variadic: z.boolean(),
});
const endpoint = z.object({
  name: z.string(),
  topic: z.string(),
  /** The service that takes its messages, if there are several kinds of engines. */
  takenBy: z.string().nullish(),
  server: z.object({
    ...place,
    class: z.string(),
    version: z.string(),
    versionLine: line,
    methods: z.array(method),
  }),
  messages: z.array(message),
});

const context = z.object({
  /** The attribute that each key carries; `null` if unknown. */
  sends: z.object({ ...place, keys: z.record(z.string(), z.string().nullable()) }),
  takes: z.object({
    ...place,
    /** The attributes that each key fills. */
    keys: z.record(z.string(), z.array(z.string())),
    /** For an attribute that several keys may fill: the one that counts. */
    preferred: z.record(z.string(), z.string()),
  }),
});

const versionedObject = z.object({
  name: z.string(),
  ...place,
  version: z.string(),
  fields: z.array(z.object({ name: z.string(), type: z.string(), line })),
});

const reference = z.object({ table: z.string(), onDelete: z.string().nullable() });
const operation = z.object({
  /** The name in alembic.op; `unread` if only a person can interpret it. */
  operation: z.string(),
  table: z.string().nullable(),
  line,
  columns: z.array(
    z.object({
      name: z.string().nullable(),
      type: z.string().nullable(),
      nullable: z.boolean(),
      /** The server has a default for it. */
      default: z.boolean(),
    }),
  ),
  /** For an altered column: its new type; `null` if the type stays. */
  nullable: z.boolean().nullable(),
  retyped: z.boolean(),
  renamed: z.boolean(),
  unique: z.boolean(),
  references: z.array(reference),
  /** The columns that a statement writes; `null` if unknown. */
  sets: z.array(z.string()).nullable(),
  /** For a statement in plain SQL: the readable part of its text. */
  sql: z.string().nullish(),
});
const migration = z.object({
  revision: z.string(),
  /** The previous revision. */
  after: z.string().nullable(),
  title: z.string(),
  ...place,
  operations: z.array(operation),
});
const table = z.object({
  name: z.string(),
  ...place,
  columns: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      nullable: z.boolean(),
      line,
      references: z.array(reference),
    }),
  ),
});
const schema = z.object({
  tool: z.string(),
  migrations: z.array(migration),
  tables: z.array(table),
});

const option = z.object({
  group: z.string(),
  name: z.string(),
  /** The lister of the option, e.g. `heat.common.config`, `oslo.messaging`. */
  namespace: z.string(),
  type: z.object({
    name: z.string(),
    choices: z.array(z.string()).nullable(),
    /** The minimum and the maximum that it accepts. */
    min: z.number().nullish(),
    max: z.number().nullish(),
  }),
  default: z.string().nullable(),
  required: z.boolean(),
  deprecated: z.boolean(),
  formerly: z.array(z.object({ group: z.string(), name: z.string() })),
  ...place,
});

const rule = z.object({
  name: z.string(),
  check: z.string(),
  scopes: z.array(z.string()),
  /** The old check, which also applies if new defaults are not enforced. */
  formerCheck: z.string().nullable(),
  ...place,
});

const paste = z.object({
  file: z.string(),
  sections: z.array(
    z.object({
      /** E.g. `filter:cors`. */
      name: z.string(),
      line,
      settings: z.array(z.object({ key: z.string(), value: z.string(), line })),
    }),
  ),
  /** `module:name` of the definitions in the subject's own modules. */
  offered: z.array(z.string()),
});

const entryPoint = z.object({ group: z.string(), name: z.string(), value: z.string(), ...place });

const resourceType = z.object({
  name: z.string(),
  status: z.string(),
  ...place,
  properties: z.array(
    z.object({
      name: z.string(),
      required: z.boolean(),
      updateAllowed: z.boolean(),
      status: z.string(),
    }),
  ),
  attributes: z.array(z.string()),
});

const dependencies = z.object({
  /** Of the subject's own metadata. */
  file: z.string(),
  asked: z.array(z.object({ name: z.string(), range: z.string(), fits: z.boolean().nullable() })),
  /** Versions by name. */
  installed: z.record(z.string(), z.string()),
});

export const InventorySchema = z.object({
  format: z.literal(1),
  version: z.string(),
  python: z.string(),
  rpc: area(z.array(endpoint)),
  // Areas that a subject lacks are absent.
  context: area(context).exactOptional(),
  objects: area(
    z.object({
      /** Messages contain whole objects, not only their fields. */
      onTheWire: z.boolean(),
      /**
       * How a sync point identifies a resource that has reported to it; absent: there are no sync
       * points.
       */
      syncPoint: z.object({ ...place, text: z.string() }).exactOptional(),
      classes: z.array(versionedObject),
      /**
       * The versions in which an engine sends objects, without a pin (`null`) and with each pin
       * that the release knows. `within` is the object that contains it when it is sent. Absent: it
       * has no pins.
       */
      pins: z
        .object({
          ...place,
          sent: z.array(
            z.object({
              pin: z.string().nullable(),
              objects: z.array(
                z.object({ name: z.string(), within: z.string().nullable(), version: z.string() }),
              ),
            }),
          ),
        })
        .exactOptional(),
    }),
  ).exactOptional(),
  schema: area(schema),
  configuration: area(z.array(option)),
  policy: area(z.array(rule)),
  paste: area(paste).exactOptional(),
  entryPoints: area(z.array(entryPoint)),
  resourceTypes: area(z.array(resourceType)).exactOptional(),
  dependencies: area(dependencies),
});

export type Inventory = z.infer<typeof InventorySchema>;
export type InventoryArea = {
  [Key in keyof Inventory]-?: NonNullable<Inventory[Key]> extends
    | { error: string }
    | { found: unknown }
    ? Key
    : never;
}[keyof Inventory];
export type FoundIn<Key extends InventoryArea> = Extract<
  NonNullable<Inventory[Key]>,
  { found: unknown }
>['found'];
export type RpcEndpoint = z.infer<typeof endpoint>;
export type Message = z.infer<typeof message>;
export type Migration = z.infer<typeof migration>;
export type MigrationOperation = z.infer<typeof operation>;
export type ConfigOption = z.infer<typeof option>;
export type PolicyRule = z.infer<typeof rule>;
export type ResourceType = z.infer<typeof resourceType>;

/**
 * Reads the inventory in the program's output: the last line that is `{`, and the lines after it.
 *
 * @throws RollgateError `no-inventory`.
 */
export function parseInventory(output: string, image: string): Inventory {
  const from = output.lastIndexOf('\n{\n');
  const parsed = InventorySchema.safeParse(from < 0 ? undefined : jsonIn(output.slice(from)));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new RollgateError('no-inventory', `the content of image ${image} could not be read`, {
    detail: from < 0 ? output.slice(-2000) : `${issue?.path.join('.')}: ${issue?.message}`,
    hint: 'Give an image with the subject in it that rollgate built, or one that is built as those are.',
  });
}
