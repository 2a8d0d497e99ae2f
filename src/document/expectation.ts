import type { z } from 'zod';
import { shortened } from '../text/shortened.ts';

/** The format that a text must have: in words if its schema has them, otherwise the pattern itself. */
export function formOf({ message, pattern, format }: z.core.$ZodIssueInvalidStringFormat): string {
  return message.startsWith('Invalid ') ? `text like ${pattern ?? format}` : message;
}

/** The end of a sentence about a value, e.g. `expected a list; found "a"`. */
export function expectation(expected: string, input: unknown): string {
  return input === undefined
    ? `missing; expected ${expected}`
    : `expected ${expected}; found ${describeValue(input)}`;
}

function describeValue(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) {
    return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  }
  if (value instanceof Set) return 'a set';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'number' && !Number.isFinite(value)) return yamlNumber(value);
  return shortened(JSON.stringify(value) ?? 'nothing');
}

/** A number that is not finite, as YAML writes it. */
function yamlNumber(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  return value > 0 ? '.inf' : '-.inf';
}

export function nameOfType(expected: string): string {
  const names: Readonly<Record<string, string>> = {
    string: 'text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    object: 'a mapping',
    record: 'a mapping',
    array: 'a list',
  };
  return (Object.hasOwn(names, expected) ? names[expected] : undefined) ?? expected;
}

export function sizeInWords(origin: string, bound: number | bigint): string {
  if (origin === 'array') return `${bound} in the list`;
  return origin === 'string' ? `${bound} characters` : String(bound);
}
