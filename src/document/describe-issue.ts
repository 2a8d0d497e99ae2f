import { z } from 'zod';
import { shortened } from '../shortened.ts';
import { withNearest } from './nearest.ts';
import type { DataPath, Problem } from './problem.ts';

type Issue = z.core.$ZodIssue;

/**
 * Checks data against a schema; problems are described in the words of a person who writes YAML.
 */
export function checkShape<T extends z.ZodType>(
  schema: T,
  data: unknown,
): { readonly data: z.output<T> | undefined; readonly problems: readonly Problem[] } {
  const ignored = ignoredKeys(data, [], new Set());
  const result = schema.safeParse(data, { reportInput: true });
  if (result.success) {
    return { data: ignored.length > 0 ? undefined : result.data, problems: ignored };
  }
  const issues = result.error.issues.filter(isTightest);
  const described = issues.slice(0, DESCRIBED).flatMap((issue) => describe(issue, [], schema));
  const rest = issues.length - DESCRIBED;
  const more: readonly Problem[] =
    rest > 0 ? [{ path: [], message: `… and ${rest} more problems`, at: 'value' }] : [];
  return { data: undefined, problems: [...ignored, ...described, ...more] };
}

/** Of two bounds that a value is beyond the later one is the schema's own: integers have one too. */
function isTightest(issue: Issue, index: number, issues: readonly Issue[]): boolean {
  if (issue.code !== 'too_big' && issue.code !== 'too_small') return true;
  const place = JSON.stringify(issue.path);
  return !issues
    .slice(index + 1, index + 3)
    .some((other) => other.code === issue.code && JSON.stringify(other.path) === place);
}

/** How many problems are put in words: a file of another kind has thousands. */
const DESCRIBED = 50;

/** `__proto__` as a key: a schema leaves it out without a word. */
function ignoredKeys(data: unknown, path: DataPath, seen: Set<unknown>): readonly Problem[] {
  if (typeof data !== 'object' || data === null || seen.has(data)) return [];
  seen.add(data);
  if (Array.isArray(data)) {
    return data.flatMap((item, index) => ignoredKeys(item, [...path, index], seen));
  }
  return Object.entries(data).flatMap(([key, value]): readonly Problem[] => {
    const here = [...path, key];
    if (key !== '__proto__') return ignoredKeys(value, here, seen);
    return [{ path: here, message: '__proto__ cannot be a key', at: 'key' }];
  });
}

function describe(issue: Issue, prefix: DataPath, schema: z.core.$ZodType): Problem[] {
  const path = [
    ...prefix,
    ...issue.path.map((part) => (typeof part === 'number' ? part : String(part))),
  ];
  const problem = (message: string): Problem[] => [{ path, message, at: 'value' }];
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = keysAt(schema, path, issue.input);
      const more = issue.keys.length - DESCRIBED;
      return [
        ...issue.keys.slice(0, DESCRIBED).map((key): Problem => ({
          path: [...path, key],
          message: `${withNearest(`unknown key${lookalikes(key)}`, key, known)}; known keys: ${known.join(', ')}`,
          at: 'key',
        })),
        ...(more > 0 ? problem(`… and ${more} more unknown keys`) : []),
      ];
    }
    case 'invalid_type':
      return problem(expectation(nameOfType(issue.expected), issue.input));
    case 'invalid_value': {
      const values = issue.values.map(String);
      const found = expectation(`one of ${values.join(', ')}`, issue.input);
      return problem(
        typeof issue.input === 'string' ? withNearest(found, issue.input, values) : found,
      );
    }
    case 'too_small': {
      if (issue.input === '') return problem('is empty');
      const bound = issue.inclusive === false ? 'more than' : 'at least';
      return problem(expectation(`${bound} ${size(issue.origin, issue.minimum)}`, issue.input));
    }
    case 'too_big': {
      const bound = issue.inclusive === false ? 'less than' : 'at most';
      return problem(expectation(`${bound} ${size(issue.origin, issue.maximum)}`, issue.input));
    }
    case 'invalid_format':
      return problem(expectation(formOf(issue), issue.input));
    case 'invalid_union': {
      if ('discriminator' in issue && 'options' in issue && Array.isArray(issue.options)) {
        const values = issue.options.map(String);
        const input = memberOf(issue.input, issue.discriminator);
        const found = expectation(`one of ${values.join(', ')}`, input);
        return problem(typeof input === 'string' ? withNearest(found, input, values) : found);
      }
      // The intended branch is the one whose only complaints are about values. Otherwise it is the
      // one that accepts this type of value.
      const meant =
        issue.errors.find((errors) => errors.every(isWithin)) ??
        issue.errors.find(
          (errors) =>
            !errors.some((error) => error.path.length === 0 && error.code === 'invalid_type'),
        );
      if (meant !== undefined) return meant.flatMap((inner) => describe(inner, path, schema));
      const forms = issue.errors.flatMap((errors) =>
        errors.flatMap((error) =>
          error.code === 'invalid_type' ? [nameOfType(error.expected)] : [],
        ),
      );
      return problem(expectation([...new Set(forms)].join(' or '), issue.input));
    }
    case 'invalid_key': {
      const [wrong] = issue.issues;
      const allowed = wrong?.code === 'invalid_format' ? formOf(wrong) : undefined;
      const key = String(issue.path.at(-1) ?? '');
      const message = `${JSON.stringify(shortened(key))} cannot be a key here`;
      return [
        {
          path,
          message: allowed === undefined ? message : `${message}; expected ${allowed}`,
          at: 'key',
        },
      ];
    }
    case 'custom':
    case 'invalid_element':
    case 'not_multiple_of':
      return problem(issue.message);
  }
}

/** The characters of a key that none of ours has: a letter of another alphabet, a byte order mark. */
function lookalikes(key: string): string {
  const others = [...new Set(key)].filter((character) => !/[\x20-\x7e]/.test(character));
  if (others.length === 0) return '';
  const named = others
    .slice(0, 3)
    .map((one) => `U+${(one.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`);
  return ` that holds ${named.join(', ')}`;
}

function isWithin({ path, code }: Issue): boolean {
  return path.length > 0 || code === 'unrecognized_keys';
}

/** The format that a text must have: in words if its schema has them, else the pattern itself. */
function formOf({ message, pattern, format }: z.core.$ZodIssueInvalidStringFormat): string {
  return message.startsWith('Invalid ') ? `text like ${pattern ?? format}` : message;
}

function expectation(expected: string, input: unknown): string {
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

function nameOfType(expected: string): string {
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

function size(origin: string, bound: number | bigint): string {
  if (origin === 'array') return `${bound} in the list`;
  return origin === 'string' ? `${bound} characters` : String(bound);
}

function memberOf(value: unknown, key: unknown): unknown {
  return typeof value === 'object' && value !== null
    ? new Map<unknown, unknown>(Object.entries(value)).get(key)
    : undefined;
}

/**
 * The keys that a schema's mapping at a path knows.
 * @param input The value there: it shows which of several mappings was meant.
 */
function keysAt(schema: z.core.$ZodType, path: DataPath, input: unknown): readonly string[] {
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
