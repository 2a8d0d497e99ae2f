import type { Finding } from '../../src/events/finding.ts';
import type { Apart, Encounter } from '../../src/plan/paper/coexistence.ts';
import { compareInventories } from '../../src/preflight/compare.ts';
import type {
  ConfigOption,
  RpcEndpoint,
  FoundIn,
  Inventory,
  InventoryArea,
} from '../../src/preflight/inventory.ts';

type Parts = { readonly [Key in InventoryArea]?: FoundIn<Key> };

/** An empty release with the given contents. */
export function inventory(version: string, parts: Parts = {}): Inventory {
  return {
    format: 1,
    version,
    python: '3.13.5',
    rpc: { found: parts.rpc ?? [] },
    context: {
      found: parts.context ?? {
        sends: { ...PLACE, keys: {} },
        takes: { ...PLACE, keys: {}, preferred: {} },
      },
    },
    objects: {
      found: parts.objects ?? { onTheWire: false, syncPoint: SYNC_POINT, classes: [] },
    },
    schema: { found: parts.schema ?? { tool: 'alembic', migrations: [], tables: [] } },
    configuration: { found: parts.configuration ?? [] },
    policy: { found: parts.policy ?? [] },
    paste: { found: parts.paste ?? { file: 'api-paste.ini', sections: [], offered: [] } },
    entryPoints: { found: parts.entryPoints ?? [] },
    resourceTypes: { found: parts.resourceTypes ?? [] },
    dependencies: { found: parts.dependencies ?? { file: 'METADATA', asked: [], installed: {} } },
  };
}

/** An optional text option of Heat. */
export function configOption(name: string, more: Partial<ConfigOption> = {}): ConfigOption {
  return {
    group: 'DEFAULT',
    name,
    namespace: 'heat.common.config',
    type: { name: 'String', choices: null },
    default: null,
    required: false,
    deprecated: false,
    formerly: [],
    file: 'heat/common/config.py',
    line: 1,
    ...more,
  };
}

export const PLACE = { file: 'heat/a.py', line: 1 };
export const SYNC_POINT = { ...PLACE, text: 'tuple:(1, True)' };
export const NAMES = { package: 'heat', noun: 'stack', templates: 'heat.templates' };
const NO_NEW_SENDER = ['cold', 'guide', 'guide-api-first'];
const NO_NEW_RECEIVER = ['cold', 'guide'];
export const AVOIDANCE: Apart = {
  all: ['cold', 'guide', 'guide-api-first', 'shared-vhost'],
  avoidedBy: new Map<Encounter, readonly string[]>([
    ['releases', ['cold']],
    ['vhost', ['cold', 'guide']],
    ['api of target to engine of base', NO_NEW_SENDER],
    ['engine of target to engine of base', NO_NEW_SENDER],
    ['api of base to engine of target', NO_NEW_RECEIVER],
    ['engine of base to engine of target', NO_NEW_RECEIVER],
  ]),
  own: undefined,
};

/** The findings between 1.0.0 and 2.0.0, without those of every pair. */
export function found(base: Parts, target: Parts): readonly Finding[] {
  return compareInventories(
    inventory('1.0.0', base),
    inventory('2.0.0', target),
    AVOIDANCE,
    NAMES,
  ).filter(({ id }) => !['rpc-compatible', 'schema-life'].includes(id));
}

/** Each as `severity: title`. */
export function described(base: Parts, target: Parts): readonly string[] {
  return found(base, target).map(({ severity, title }) => `${severity}: ${title}`);
}

/** A worker that serves and sends `check_resource` with these arguments. */
export function worker(
  version: string,
  {
    sent = version,
    takes = ['id'],
    optional = [],
    sends = takes,
    method = 'check_resource',
    topic = 'worker',
  }: {
    readonly sent?: string;
    readonly takes?: readonly string[];
    readonly optional?: readonly string[];
    readonly sends?: readonly string[];
    readonly method?: string;
    readonly topic?: string;
  } = {},
): RpcEndpoint {
  return {
    name: 'worker',
    topic,
    server: {
      file: 'heat/engine/worker.py',
      line: 40,
      class: 'WorkerService',
      version,
      versionLine: 64,
      methods: [
        {
          name: method,
          file: 'heat/engine/worker.py',
          line: 100,
          parameters: takes.map((name) => ({ name, required: !optional.includes(name) })),
          variadic: false,
        },
      ],
    },
    messages: [
      {
        method,
        file: 'heat/rpc/worker_client.py',
        line: 79,
        sender: `WorkerClient.${method}`,
        version: sent,
        kind: 'cast',
        callers: ['engine'],
        arguments: [...sends],
        variadic: false,
      },
    ],
  };
}
