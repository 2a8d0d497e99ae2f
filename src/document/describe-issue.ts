import type { z } from 'zod';
import { shortened } from '../text/shortened.ts';
import { expectation, formOf, nameOfType, sizeInWords } from './expectation.ts';
import { keysAt, memberOf } from './known-keys.ts';
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

/** @param prefix The path to which the issue's own path is relative. */
function describe(issue: Issue, prefix: DataPath, schema: z.core.$ZodType): readonly Problem[] {
  const path = [
    ...prefix,
    ...issue.path.map((part) => (typeof part === 'number' ? part : String(part))),
  ];
  switch (issue.code) {
    case 'unrecognized_keys':
      return unknownKeys(issue, path, schema);
    case 'invalid_union':
      return noBranch(issue, path, schema);
    case 'invalid_key':
      return [{ path, message: describeKey(issue), at: 'key' }];
    case 'invalid_type':
    case 'invalid_value':
    case 'too_small':
    case 'too_big':
    case 'invalid_format':
    case 'custom':
    case 'invalid_element':
    case 'not_multiple_of':
      return [{ path, message: describeValueIssue(issue), at: 'value' }];
  }
}

type IssueOf<Code extends Issue['code']> = Extract<Issue, { readonly code: Code }>;

function describeValueIssue(
  issue: Exclude<Issue, IssueOf<'unrecognized_keys' | 'invalid_union' | 'invalid_key'>>,
): string {
  switch (issue.code) {
    case 'invalid_type':
      return expectation(nameOfType(issue.expected), issue.input);
    case 'invalid_value':
      return oneOf(issue.values.map(String), issue.input);
    case 'too_small': {
      if (issue.input === '') return 'is empty';
      const bound = issue.inclusive === false ? 'more than' : 'at least';
      return expectation(`${bound} ${sizeInWords(issue.origin, issue.minimum)}`, issue.input);
    }
    case 'too_big': {
      const bound = issue.inclusive === false ? 'less than' : 'at most';
      return expectation(`${bound} ${sizeInWords(issue.origin, issue.maximum)}`, issue.input);
    }
    case 'invalid_format':
      return expectation(formOf(issue), issue.input);
    case 'custom':
    case 'invalid_element':
    case 'not_multiple_of':
      return issue.message;
  }
}

function oneOf(values: readonly string[], input: unknown): string {
  const found = expectation(`one of ${values.join(', ')}`, input);
  return typeof input === 'string' ? withNearest(found, input, values) : found;
}

function unknownKeys(
  { keys, input }: IssueOf<'unrecognized_keys'>,
  path: DataPath,
  schema: z.core.$ZodType,
): readonly Problem[] {
  const known = keysAt(schema, path, input);
  const more = keys.length - DESCRIBED;
  const problems = keys.slice(0, DESCRIBED).map((key): Problem => ({
    path: [...path, key],
    message: `${withNearest(`unknown key${lookalikes(key)}`, key, known)}; known keys: ${known.join(', ')}`,
    at: 'key',
  }));
  return more > 0
    ? [...problems, { path, message: `… and ${more} more unknown keys`, at: 'value' }]
    : problems;
}

/** A value that matches none of several forms: described by the intended form. */
function noBranch(
  issue: IssueOf<'invalid_union'>,
  path: DataPath,
  schema: z.core.$ZodType,
): readonly Problem[] {
  if ('discriminator' in issue && 'options' in issue && Array.isArray(issue.options)) {
    const input = memberOf(issue.input, issue.discriminator);
    return [{ path, message: oneOf(issue.options.map(String), input), at: 'value' }];
  }
  // The intended branch is the one whose only complaints are about values. Otherwise it is the
  // one that accepts this type of value.
  const meant =
    issue.errors.find((errors) => errors.every(isWithin)) ??
    issue.errors.find(
      (errors) => !errors.some((error) => error.path.length === 0 && error.code === 'invalid_type'),
    );
  if (meant !== undefined) return meant.flatMap((inner) => describe(inner, path, schema));
  const forms = issue.errors
    .flat()
    .flatMap((error) => (error.code === 'invalid_type' ? [nameOfType(error.expected)] : []));
  const message = expectation([...new Set(forms)].join(' or '), issue.input);
  return [{ path, message, at: 'value' }];
}

function describeKey({ path, issues }: IssueOf<'invalid_key'>): string {
  const [wrong] = issues;
  const allowed = wrong?.code === 'invalid_format' ? `; expected ${formOf(wrong)}` : '';
  const key = String(path.at(-1) ?? '');
  return `${JSON.stringify(shortened(key))} cannot be a key here${allowed}`;
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
