import { z } from 'zod';
import type { Problem } from '../../document/problem.ts';
import { NAME_LENGTH, UNSCHEDULED_PROBES } from '../names.ts';
import { regularExpressionSchema } from './regular-expression.ts';

/** Conditions on an answer's body; each one that is set must be met. */
const bodyCheckSchema = z
  .strictObject({
    contains: z.string().min(1).exactOptional().describe('A text that the body contains.'),
    matches: regularExpressionSchema
      .exactOptional()
      .describe('A JavaScript regular expression that the body matches.'),
    json: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
      .exactOptional()
      .describe('Values of the body’s JSON by path, e.g. `stacks.0.stack_status`.'),
  })
  .refine((check) => Object.keys(check).length > 0, {
    error: 'checks nothing: it needs contains, matches or json',
  });

/** The fault of a body, in a few words; `undefined` if it has none. */
export type BodyFunction = (body: string) => string | undefined;

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** RFC 9110, 5.6.2. The client sets the headers about the message itself. */
const headerName = z
  .string()
  .regex(
    /^(?!(?:content-length|transfer-encoding|connection|keep-alive|upgrade|expect|te|trailer)$)[\w!#$%&'*+.^`|~-]+$/i,
    'a header’s name, and none about the message itself, such as content-length',
  );
const headerValue = z.string().regex(/^[\t -~]*$/, 'text in ASCII');

const requestSchema = z.strictObject({
  method: z.enum(METHODS).default('GET').describe('The HTTP method.'),
  path: z
    .string()
    .regex(
      /^\/(?!\/)[!-~]*$/,
      'a path that begins with one “/”, in ASCII without blanks (%20, %C3%A4)',
    )
    .describe('Path and query; `{project}` stands for the id of the load’s project.'),
  headers: z.record(headerName, headerValue).default({}).describe('Further headers.'),
  body: z
    .union([z.string(), z.record(z.string(), z.unknown())])
    .exactOptional()
    .describe('A text, which may contain `{project}`, or an object that is sent as JSON.'),
});

/** A user's own requests at a constant rate: see docs/own-traffic.md. */
export const customProbeSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/, 'lower-case letters, digits and “-”, a letter first')
    .max(NAME_LENGTH)
    .describe('The probe’s name in reports and thresholds.'),
  rate: z.number().positive().max(200).describe('Requests per second.'),
  connection: z
    .enum(['new', 'reused'])
    .default('new')
    .describe('A new connection for each request, or one that is kept.'),
  request: requestSchema.describe('The request.'),
  expect: z
    .array(z.int().min(100).max(599))
    .min(1)
    .default([200])
    .describe('The statuses that count as served.'),
  // The run's folder does not contain a function, so such a run cannot be repeated from the folder
  // alone.
  check: z
    .union([bodyCheckSchema, z.custom<BodyFunction>(isFunction)])
    .exactOptional()
    .describe('Conditions on the body. In the library it can be a function.'),
});

/**
 * A user's own probe, as written.
 *
 * ```ts
 * import type { CustomProbeInput } from 'rollgate';
 *
 * export const probe: CustomProbeInput = {
 *   name: 'build-info',
 *   rate: 1,
 *   request: { path: '/v1/{project}/build_info' },
 *   check: { contains: 'engine' },
 * };
 * ```
 */
export type CustomProbeInput = z.input<typeof customProbeSchema>;
export type CustomProbe = Readonly<z.output<typeof customProbeSchema>>;

/** Reserved probe names in events: those of unscheduled requests and the controls. */
const TAKEN_PROBES: readonly string[] = [...UNSCHEDULED_PROBES, 'balancer', 'keystone'];

/** Custom probes whose name is taken. */
export function customProbeProblems(
  probes: readonly CustomProbe[],
  builtIn: readonly string[],
): readonly Problem[] {
  const taken = [...builtIn, ...TAKEN_PROBES];
  return probes.flatMap(({ name }, index): readonly Problem[] => {
    const before = probes.slice(0, index).map((probe) => probe.name);
    if (!taken.includes(name) && !before.includes(name)) return [];
    const path = ['load', 'customProbes', index, 'name'];
    return [{ path, message: `there is a probe ${name} already; take another name`, at: 'value' }];
  });
}

/** The function of a declared check. */
export function bodyCheck(check: CustomProbe['check']): BodyFunction | undefined {
  if (check === undefined || typeof check === 'function') return check;
  const { contains, matches, json = {} } = check;
  return (body) => {
    if (contains !== undefined && !body.includes(contains)) {
      return `the body does not have ${JSON.stringify(contains)}`;
    }
    if (matches !== undefined && !new RegExp(matches).test(body)) {
      return `the body does not match ${matches}`;
    }
    const paths = Object.entries(json);
    if (paths.length === 0) return undefined;
    let data: unknown;
    try {
      data = JSON.parse(body);
    } catch {
      return 'the body is no JSON';
    }
    for (const [path, due] of paths) {
      const found = valueAt(data, path);
      if (found !== due) return `${path} is ${JSON.stringify(found)}, not ${JSON.stringify(due)}`;
    }
    return undefined;
  };
}

function valueAt(data: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, part) => {
    if (typeof value !== 'object' || value === null) return undefined;
    return new Map<string, unknown>(Object.entries(value)).get(part);
  }, data);
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}
