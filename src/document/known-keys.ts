import { z } from 'zod';
import type { DataPath } from './problem.ts';

/**
 * The keys that a schema's mapping at a path knows.
 * @param input The value there: it shows which of several mappings was meant.
 */
export function keysAt(schema: z.core.$ZodType, path: DataPath, input: unknown): readonly string[] {
  const [head, ...rest] = path;
  if (schema instanceof z.ZodDiscriminatedUnion && head === undefined) {
    const key = schema.def.discriminator;
    const meant = schema.options.find(
      (option) =>
        option instanceof z.ZodObject &&
        z.safeParse(option.shape[key], memberOf(input, key)).success,
    );
    return meant === undefined ? [] : keysAt(meant, path, input);
  }
  if (schema instanceof z.ZodUnion) {
    return (
      schema.options.map((option) => keysAt(option, path, input)).find((keys) => keys.length > 0) ??
      []
    );
  }
  if (
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodExactOptional
  ) {
    return keysAt(schema.unwrap(), path, input);
  }
  if (schema instanceof z.ZodArray) {
    return head === undefined ? [] : keysAt(schema.element, rest, input);
  }
  if (!(schema instanceof z.ZodObject)) return [];
  if (head === undefined) return Object.keys(schema.shape);
  const member = Object.hasOwn(schema.shape, head) ? schema.shape[head] : undefined;
  return member === undefined ? [] : keysAt(member, rest, input);
}

/** The value of a key, if a value is a mapping with this key. */
export function memberOf(value: unknown, key: unknown): unknown {
  return typeof value === 'object' && value !== null
    ? new Map<unknown, unknown>(Object.entries(value)).get(key)
    : undefined;
}
