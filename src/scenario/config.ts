import { z } from 'zod';
import { withNearest } from './nearest.ts';
import type { Problem } from './problem.ts';
import { SIDES, type Side } from './release.ts';
import type { ServiceInstance, Topology } from './topology.ts';

const name = z.string().regex(/^[A-Za-z0-9_.-]+$/);

/**
 * Options of the subject's configuration by section, e.g.
 * `oslo_messaging_rabbit: { use_queue_manager: true }`: the same for every service and for base and
 * target, since an upgrade promises that the configuration of N works on N+1.
 */
export const configSchema = z.record(
  name,
  z.record(name, z.union([z.string().regex(/^[^\r\n]*$/), z.number(), z.boolean()])),
);
/** Options, and others over them. */
export function mergeConfig(under: Config, over: Config): Config {
  const sections = [...new Set([...Object.keys(under), ...Object.keys(over)])];
  return Object.fromEntries(
    sections.map((section) => [section, { ...under[section], ...over[section] }]),
  );
}

export type Config = Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>;

/** Options for some services only, e.g. of the target: what an operator may have to change. */
export const scopedConfigSchema = z.strictObject({
  /** `base`, `target`, a node, a service (`heat-engine`), or a node's service (`node1/heat-engine`). */
  on: z.string(),
  config: configSchema,
});
export type ScopedConfig = Readonly<z.output<typeof scopedConfigSchema>>;

/** Options for what is not there. */
export function scopeProblems(
  scoped: readonly ScopedConfig[],
  topology: Topology,
): readonly Problem[] {
  const services = topology.nodes.flatMap((node) => node.services);
  const known = [...new Set<string>([...SIDES, ...services.flatMap(scopesOf)])];
  return scoped.flatMap(({ on }, index): readonly Problem[] => {
    if (known.includes(on)) return [];
    const message = withNearest(`there is no ${on}; one of ${known.join(', ')}`, on, known);
    return [{ path: ['configFor', index, 'on'], message, at: 'value' }];
  });
}

/**
 * The options of one service, or of what moves the schema, which is no service of a node. Later
 * ones win.
 */
export function configOf(
  config: Config,
  scoped: readonly ScopedConfig[],
  { instance, side }: { readonly instance?: ServiceInstance; readonly side: Side },
): Config {
  const own = [side, ...(instance === undefined ? [] : scopesOf(instance))];
  const applying = scoped.filter(({ on }) => own.includes(on)).map((one) => one.config);
  return applying.reduce(mergeConfig, config);
}

/** The names of options that only one of base and target has, e.g. `DEFAULT.debug`. */
export function optionsOfOneSide(scoped: readonly ScopedConfig[]): readonly string[] {
  const names = scoped
    .filter(({ on }) => SIDES.some((side) => side === on))
    .flatMap(({ config }) =>
      Object.entries(config).flatMap(([section, options]) =>
        Object.keys(options).map((key) => `${section}.${key}`),
      ),
    );
  return [...new Set(names)];
}

function scopesOf({ node, service, kind }: ServiceInstance): readonly string[] {
  return [node, kind, `${node}/${service}`, `${node}/${kind}`];
}
