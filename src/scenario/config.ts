import { z } from 'zod';

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
