import { z } from 'zod';
import { withNearest } from '../document/nearest.ts';
import type { Problem } from '../document/problem.ts';
import { SIDES, type Side } from '../release/release.ts';
import type { Infrastructure } from './topology/infrastructure.ts';
import { type ServiceInstance, type Topology, servicesOf } from './topology/topology.ts';

const name = z
  .string()
  .regex(/^[A-Za-z0-9_.-]+$/, 'letters, digits, “_”, “.” and “-” without a space');

/**
 * Options of the subject's configuration by section, e.g.
 * `oslo_messaging_rabbit: { use_queue_manager: true }`. They are the same for every service and for
 * base and target: an upgrade promises that the configuration of N works on N+1. `null` removes an
 * option that the lab, a deployer or a choreography sets: the service's own default then applies.
 */
export const configSchema = z.record(
  name,
  z.record(
    name,
    z.union([
      z.string().regex(/^[^\r\n]*$/, 'text of one line'),
      z.number(),
      z.boolean(),
      z.null(),
    ]),
  ),
);
/** Options, overridden by others. */
export function mergeConfig(under: Config, over: Config): Config {
  return mergeConfigs([under, over]);
}

/** Options, each overriding the previous ones. In one pass, because a file may have thousands. */
export function mergeConfigs(configs: Iterable<Config>): Config {
  const sections = new Map<string, Map<string, Config[string][string]>>();
  for (const config of configs) {
    for (const [section, own] of Object.entries(config)) {
      const options = sections.get(section) ?? new Map<string, Config[string][string]>();
      for (const [name, value] of Object.entries(own)) options.set(name, value);
      sections.set(section, options);
    }
  }
  return Object.fromEntries(
    [...sections].map(([section, options]) => [section, Object.fromEntries(options)]),
  );
}

/** Options by section, as in `heat.conf`. `null` takes an option away. */
export type Config = Readonly<
  Record<string, Readonly<Record<string, string | number | boolean | null>>>
>;

/** `name = value`, or that the option is unset. */
export function describeOption(name: string, value: Config[string][string]): string {
  return value === null ? `${name} unset` : `${name} = ${String(value)}`;
}

/** An absolute path in a container, without `.` and `..`, and none of the kernel's own file systems. */
const FILE_PATH =
  /^(?!\/(?:proc|sys|dev)\/)(?=.{1,1024}$)(?:\/(?!\.{1,2}(?:\/|$))[^/\p{Cc}]{1,255})+$/u;

/** For some services only, e.g. the target's, with options that an operator may have to change. */
export const scopedConfigSchema = z.strictObject({
  on: z
    .string()
    .describe(
      '`base`, `target`, a node, a service, a service of a side or a node, `all`, or `keystone`, e.g. `heat-engine`, `target/heat-engine`, `node1/heat-engine`.',
    ),
  config: configSchema.default({}).describe('Options by section.'),
  files: z
    .record(
      z
        .string()
        .regex(FILE_PATH, 'an absolute path without “.” and “..”, outside of /proc, /sys and /dev'),
      z.string(),
    )
    .exactOptional()
    .describe('The content of further files in its container, by their path there.'),
  environment: z
    .record(
      z.string().regex(/^[A-Za-z_]\w*$/, 'letters, digits and “_”, no digit first'),
      z.string(),
    )
    .exactOptional()
    .describe('Environment variables of its processes.'),
});
/** Options for all services. */
export const ALL = 'all';
/** Options, files and environment variables of some services only. */
export type ScopedConfig = Readonly<z.output<typeof scopedConfigSchema>>;

/** Files that the lab writes itself. Options of `config` change them. */
export function ownFileProblems(
  scoped: readonly ScopedConfig[],
  ownFiles: readonly string[],
): readonly Problem[] {
  return scoped.flatMap(({ files }, index) =>
    Object.keys(files ?? {})
      .filter((path) => ownFiles.includes(path))
      .map((path): Problem => ({
        path: ['configFor', index, 'files', path],
        message: `${path} is written by rollgate; change its options with config`,
        at: 'key',
      })),
  );
}

/** Options for services that do not exist. */
export function scopeProblems(
  scoped: readonly ScopedConfig[],
  topology: Topology,
): readonly Problem[] {
  const services = servicesOf(topology);
  const known = [
    ...new Set<string>([
      ...SIDES,
      ...services.flatMap(scopesOf),
      ...SIDES.flatMap((side) => services.map(({ kind }) => scopeAt(side, kind))),
      ...CONFIGURABLE,
      ALL,
    ]),
  ];
  return scoped.flatMap(({ on, files, environment }, index): readonly Problem[] => {
    if (isConfigurable(on) && (files !== undefined || environment !== undefined)) {
      const message = `${on} has only options: config; its files and environment are the lab’s`;
      return [{ path: ['configFor', index, 'on'], message, at: 'value' }];
    }
    if (known.includes(on)) return [];
    const message = withNearest(`there is no ${on}; one of ${known.join(', ')}`, on, known);
    return [{ path: ['configFor', index, 'on'], message, at: 'value' }];
  });
}

/**
 * The options of one service, or of the command that migrates the schema, which is not a service of
 * a node. Later ones take precedence.
 */
export function configOf(
  config: Config,
  scoped: readonly ScopedConfig[],
  { instance, side }: Whose,
): Config {
  const applying = applyingTo({ instance, side }, scoped).map((one) => one.config);
  return mergeConfigs([config, ...applying]);
}

/** Infrastructure whose options a scenario can set: `on: keystone` is its keystone.conf. */
export const CONFIGURABLE = ['keystone'] as const satisfies readonly Infrastructure[];

export function isConfigurable(on: string): boolean {
  return CONFIGURABLE.some((service) => service === on);
}

/** The options of an infrastructure service; those for `all` are the subject's. */
export function configOfServer(
  scoped: readonly ScopedConfig[],
  service: (typeof CONFIGURABLE)[number],
): Config {
  return mergeConfigs(scoped.filter(({ on }) => on === service).map(({ config }) => config));
}

/** The owner of options: a service, or the command that migrates the schema, at a side. */
interface Whose {
  readonly instance?: ServiceInstance | undefined;
  readonly side: Side;
}

function applyingTo({ instance, side }: Whose, scoped: readonly ScopedConfig[]) {
  const own = [
    ALL,
    side,
    ...(instance === undefined ? [] : [...scopesOf(instance), scopeAt(side, instance.kind)]),
  ];
  return scoped.filter(({ on }) => own.includes(on));
}

/** Further files of one service, by path. Later ones take precedence. */
export function filesOf(
  scoped: readonly ScopedConfig[],
  whose: Whose,
): Readonly<Record<string, string>> {
  return Object.assign({}, ...applyingTo(whose, scoped).map(({ files }) => files));
}

/** Further variables of one service's environment. Later ones take precedence. */
export function environmentOf(
  scoped: readonly ScopedConfig[],
  whose: Whose,
): Readonly<Record<string, string>> {
  return Object.assign({}, ...applyingTo(whose, scoped).map(({ environment }) => environment));
}

/**
 * The names of options, files and variables that differ between target and base for some service,
 * e.g. `DEFAULT.debug`.
 */
export function differencesBetweenSides(
  config: Config,
  scoped: readonly ScopedConfig[],
  { nodes }: Topology,
): readonly string[] {
  // And the command that migrates the schema, which is not a service of a node.
  const whose = [undefined, ...servicesOf({ nodes })];
  const names = whose.flatMap((instance) => {
    const base = valuesOf(config, scoped, { instance, side: 'base' });
    const target = valuesOf(config, scoped, { instance, side: 'target' });
    return [...new Set([...base.keys(), ...target.keys()])].filter(
      (name) => base.get(name) !== target.get(name),
    );
  });
  return [...new Set(names)];
}

/** All options, files and variables of one service, by name. */
function valuesOf(
  config: Config,
  scoped: readonly ScopedConfig[],
  whose: Whose,
): ReadonlyMap<string, string> {
  const options = Object.entries(configOf(config, scoped, whose)).flatMap(([section, own]) =>
    Object.entries(own).map(([key, value]) => {
      return [`${section}.${key}`, describeOption(key, value)] as const;
    }),
  );
  const others = [filesOf(scoped, whose), environmentOf(scoped, whose)].flatMap(
    Object.entries<string>,
  );
  return new Map([...options, ...others]);
}

/** A service while it is at one side. */
function scopeAt(side: Side, kind: string): string {
  return `${side}/${kind}`;
}

function scopesOf({ node, service, kind }: ServiceInstance): readonly string[] {
  return [node, kind, `${node}/${service}`, `${node}/${kind}`];
}
