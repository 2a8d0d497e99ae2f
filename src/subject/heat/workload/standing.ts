import { randomBytes } from 'node:crypto';
import { waitFor } from '../../../containers/wait.ts';
import type { RollgateError } from '../../../errors.ts';
import { requestEndInWords, notMade as standingNotMade } from '../../standing-object.ts';
import type { Stack, StackIdentity } from '../api/answers.ts';
import type { HeatApi } from '../api/api.ts';
import type { StackDetails } from '../api/details.ts';
import type { Template } from '../api/details.ts';
import { HIDDEN_STACK_TAG } from '../service/config.ts';

/** A stack that exists from before the baseline to the end: the object of the probes. */
export interface StandingStack {
  readonly id: string;
  readonly name: string;
  /** Its random string, which must never change. */
  readonly random: string;
}

/** The names of the load's stacks begin with it. */
export const PREFIX = 'rollgate';
/** The tag of the standing stack, used to find it. */
export const TAG = 'standing';
const FAILURE = {
  code: 'standing-stack',
  hint: 'Heat does not work before anything was changed: see the engines’ logs.',
} as const;

const TEMPLATE: Template = {
  heat_template_version: '2018-08-31',
  description: 'Stands from before the upgrade to its end',
  parameters: { length: { type: 'number', default: 16, description: 'Of the random string' } },
  resources: {
    random: {
      type: 'OS::Heat::RandomString',
      properties: { length: { get_param: 'length' } },
      metadata: { owner: 'rollgate', of: { get_param: 'OS::stack_name' }, sizes: [1, 2] },
    },
    value: { type: 'OS::Heat::Value', properties: { value: { get_attr: ['random', 'value'] } } },
  },
  outputs: { random: { value: { get_attr: ['value', 'value'] } } },
};

/** The template of the second stack refers to it by this name. */
const CHILD = 'child.yaml';
/** Each function that a template of this version has, except those of nested stacks. */
const FUNCTIONS = {
  str_replace: { str_replace: { template: 'an $x', params: { $x: 'x' } } },
  strict: { str_replace_strict: { template: 'an $x', params: { $x: 'x' } } },
  list_join: { list_join: [',', ['a', 'b'], ['c']] },
  list_concat: { list_concat: [['a'], ['b']] },
  unique: { list_concat_unique: [['a'], ['a', 'b']] },
  map_merge: { map_merge: [{ a: 1, b: 1 }, { b: 2 }] },
  map_replace: { map_replace: [{ a: 'b' }, { keys: { a: 'c' }, values: { b: 'd' } }] },
  repeat: { repeat: { template: 'an x%', for_each: { 'x%': ['a', 'b'] } } },
  digest: { digest: ['sha256', 'x'] },
  str_split: { str_split: [',', 'a,b', 1] },
  filter: { filter: [['a'], ['a', 'b']] },
  make_url: {
    make_url: { scheme: 'http', host: 'example.org', port: 80, path: '/x', query: { a: 'b' } },
  },
  contains: { contains: ['a', ['a', 'b']] },
  if: { if: ['isX', 'yes', 'no'] },
  yaql: { yaql: { expression: '$.data.list.max()', data: { list: [1, 3, 2] } } },
  get_file: { get_file: CHILD },
  get_resource: { get_resource: 'random' },
  get_param: { get_param: 'OS::stack_name' },
};
const SECOND: Template = {
  heat_template_version: '2018-08-31',
  description: 'Stands beside the other, without its tag',
  parameters: {
    secret: { type: 'string', hidden: true, description: 'No answer shows it' },
    given: { type: 'string', immutable: true, description: 'Comes from the environment' },
  },
  conditions: {
    isX: { and: [{ equals: [{ get_param: 'given' }, 'x'] }, { not: { equals: ['a', 'b'] } }] },
  },
  resources: {
    random: { type: 'OS::Heat::RandomString', properties: { length: 8 } },
    keeper: { type: 'OS::Heat::Value', properties: { value: { get_param: 'secret' } } },
    child: { type: CHILD, properties: { value: { get_param: 'given' } } },
  },
  outputs: {
    random: { description: 'Is there once', value: { get_attr: ['random', 'value'] } },
    inner: { description: 'Of the nested stack', value: { get_attr: ['child', 'inner'] } },
    functions: { description: 'Of each function of a template', value: FUNCTIONS },
  },
};
const INNER: Template = {
  heat_template_version: '2018-08-31',
  parameters: { value: { type: 'string' } },
  resources: { inner: { type: 'OS::Heat::Value', properties: { value: { get_param: 'value' } } } },
  outputs: { inner: { value: { get_attr: ['inner', 'value'] } } },
};

/** The simplest possible stack: an empty one does not count. */
const SMALL: Template = {
  heat_template_version: '2018-08-31',
  resources: { value: { type: 'OS::Heat::Value', properties: { value: 'x' } } },
};

interface WantedStack {
  readonly name: string;
  readonly template: Template;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly details: StackDetails;
}

/**
 * Makes the standing stack and waits until it is complete.
 *
 * @throws RollgateError `standing-stack` if it does not become complete.
 */
export function makeStandingStack(
  api: HeatApi,
  signal?: AbortSignal,
  prefix = PREFIX,
): Promise<StandingStack> {
  return make(api, standing(newName(prefix)), signal);
}

/** The objects that the calls of a load request. */
export interface StandingStacks {
  readonly standing: StandingStack;
  /**
   * Has the parts that the first stack lacks: a nested stack, a hidden parameter, a default of the
   * environment. It has no tag, and its name comes after the first's.
   */
  readonly second: StandingStack;
  /** Has the tag that hides a stack from lists. */
  readonly hidden: StackIdentity;
  /** Is deleted again. */
  readonly gone: StackIdentity;
}

/**
 * Makes them all at the same time.
 *
 * @throws RollgateError `standing-stack` if one of them does not become complete.
 */
export async function makeStandingStacks(
  api: HeatApi,
  signal?: AbortSignal,
): Promise<StandingStacks> {
  const name = newName(PREFIX);
  const small = async (suffix: string, tags: readonly string[]): Promise<StackIdentity> => {
    const wanted = { name: `${name}-${suffix}`, template: SMALL, details: { tags } };
    const stack = await ask(api, wanted);
    await reach(api, stack, 'CREATE_COMPLETE', signal);
    return stack;
  };
  const [first, second, hidden, gone] = await Promise.all([
    make(api, standing(name), signal),
    make(
      api,
      {
        name: `${name}-second`,
        template: SECOND,
        parameters: { secret: randomBytes(8).toString('hex') },
        details: { files: { [CHILD]: INNER }, environment: { parameter_defaults: { given: 'x' } } },
      },
      signal,
    ),
    small('hidden', [HIDDEN_STACK_TAG]),
    small('gone', []).then(async (stack) => {
      await api.delete(stack);
      await reach(api, stack, 'DELETE_COMPLETE', signal);
      return stack;
    }),
  ]);
  return { standing: first, second, hidden, gone };
}

/** A lab that had load before already has one. */
function newName(prefix: string): string {
  return `${prefix}-standing-${randomBytes(4).toString('hex')}`;
}

function standing(name: string): WantedStack {
  return { name, template: TEMPLATE, details: { tags: [TAG] } };
}

async function make(
  api: HeatApi,
  wanted: WantedStack,
  signal?: AbortSignal,
): Promise<StandingStack> {
  const stack = await ask(api, wanted);
  const { outputs } = await reach(api, stack, 'CREATE_COMPLETE', signal);
  const random = outputs['random'];
  if (typeof random !== 'string') throw notMade(`${stack.name} has no output \`random\``);
  return { ...stack, random };
}

async function ask(
  api: HeatApi,
  { name, template, parameters = {}, details }: WantedStack,
): Promise<StackIdentity> {
  const { result, value: id } = await api.create(name, template, parameters, details);
  if (id === undefined) throw notMade(requestEndInWords(result));
  return { id, name };
}

function reach(
  api: HeatApi,
  stack: StackIdentity,
  status: string,
  signal?: AbortSignal,
): Promise<Stack> {
  return waitFor(
    {
      what: `${stack.name} to be ${status}`,
      limitSeconds: 60,
      everyMs: 500,
      signal,
      ...FAILURE,
    },
    async () => {
      const { result, value } = await api.show(stack);
      if (value === undefined) return { notYet: requestEndInWords(result) };
      const seen = `${value.status} ${value.reason}`;
      if (value.status.endsWith('_FAILED')) throw notMade(seen);
      return value.status === status ? { value } : { notYet: seen };
    },
  );
}

function notMade(why: string): RollgateError {
  return standingNotMade('stack', why, FAILURE);
}
