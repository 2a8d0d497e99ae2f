import type { CustomKind } from '../../../scenario/custom/kind.ts';
import type { Files, Template } from './details.ts';
import type { Shape, ShapeAction } from './shape.ts';

/** A kind of stack: its template, and the values that the stack must have. */
export interface Blueprint {
  readonly template: Template;
  readonly files?: Files;
  readonly environment?: Readonly<Record<string, unknown>>;
  readonly environmentFiles?: readonly string[];
  readonly tags?: readonly string[];
  /** Whether a failed creation is rolled back. */
  readonly rollback?: true;
  /** Its resources and those nested in it, as `partName` names them. */
  readonly parts: readonly string[];
  /** Definitions that it gets later. */
  readonly shapes?: Readonly<Record<ShapeAction, Shape>>;
  /** A user's own kind, which has other conditions. */
  readonly custom?: CustomKind;
  /** The signal that its creation waits for. */
  readonly signal?: Transport;
  /** Parts that every change replaces. */
  readonly replaced?: readonly string[];
  /** Parts that stay when the stack is deleted (`deletion_policy`). */
  readonly retained?: readonly string[];
}

/**
 * A signal that a creation waits for: of a wait condition, over Heat's API with a token or over
 * heat-api-cfn; or one that clears the hook of a resource.
 */
export type Transport = 'token' | 'cfn' | 'hook';

/** `link1`, or `0/link1` for a resource in the nested stack of the resource `0`. */
export function partName({
  parent,
  name,
}: {
  readonly parent: string | undefined;
  readonly name: string;
}): string {
  return parent === undefined ? name : `${parent}/${name}`;
}

export interface ChainOptions {
  /** Resources in the chain; at least one. */
  readonly length: number;
  /** Seconds that each takes to create and to update; a delete takes none. */
  readonly actionSeconds: number;
  /** The seconds that each resource takes to create. Default: the same as to update. */
  readonly createSeconds?: number;
}

/**
 * Parameters of every blueprint: a value that is passed along the chain, and whether a change
 * replaces resources.
 */
const PARAMETERS = {
  value: { type: 'string' },
  replace: { type: 'boolean', default: false },
};
const VERSION = '2018-08-31';
/** For every blueprint: a stack keeps them through its changes. */
const TAGS = ['load'];
const RANDOM = { type: 'OS::Heat::RandomString', properties: { length: 16 } };

/** The parameters that make every blueprint's `TestResource`s take a value. */
export function parametersFor(
  value: string,
  how: 'in-place' | 'replace' = 'in-place',
): Readonly<Record<string, string>> {
  return { value, replace: String(how === 'replace') };
}

/**
 * A chain of `OS::Heat::TestResource`, each taking its value from the previous one: every link is a
 * message between engines, so a lost message shows. There is also an `OS::Heat::RandomString`,
 * which must never change. The last link waits for both (a sync point). So the engine that
 * completes the second reads what another engine wrote about the first.
 */
export function chainBlueprint(options: ChainOptions): Blueprint {
  const links = linksOf(options, { last: { depends_on: 'random' } });
  return {
    template: {
      heat_template_version: VERSION,
      parameters: PARAMETERS,
      resources: { random: RANDOM, ...links },
      outputs: outputsWith([linkName(options.length), 'output']),
    },
    tags: TAGS,
    parts: ['random', ...Object.keys(links)],
  };
}

/**
 * One link, and a parameter that only the environment sets. One engine reads the environment that
 * another engine stored.
 */
export function relayBlueprint(): Blueprint {
  const { link1 } = linksOf({ length: 1, actionSeconds: 0 }, { last: { depends_on: 'random' } });
  return {
    template: {
      heat_template_version: VERSION,
      parameters: { ...PARAMETERS, length: { type: 'number' } },
      resources: {
        random: { ...RANDOM, properties: { length: { get_param: 'length' } } },
        link1,
      },
      outputs: outputsWith(['link1', 'output']),
    },
    environment: { parameter_defaults: { length: 16 } },
    tags: TAGS,
    parts: ['random', 'link1'],
  };
}

/** What the checks read of a stack: its random string, and the value that it must carry. */
function outputsWith(last: readonly string[]): object {
  return {
    random: { value: { get_attr: ['random', 'value'] } },
    last: { value: { get_attr: last } },
  };
}

/** Its last link fails: an engine stores the failure, and stops the work of other engines. */
export function failingBlueprint({ rollback }: { readonly rollback: boolean }): Blueprint {
  const { link1 } = linksOf({ length: 1, actionSeconds: 0 }, { last: { depends_on: 'random' } });
  return {
    template: {
      heat_template_version: VERSION,
      parameters: PARAMETERS,
      resources: {
        random: RANDOM,
        link1,
        [FAILING]: failingIf(true),
      },
    },
    tags: TAGS,
    ...(rollback ? { rollback } : {}),
    parts: ['random', 'link1', FAILING],
  };
}

/**
 * Its last resource fails when it is changed, if the change asks for it. The stack is then rolled
 * back: a change that does not mention it keeps this option, which is not Heat's default.
 */
export function failsLaterBlueprint(): Blueprint {
  const { link1 } = linksOf({ length: 1, actionSeconds: 0 }, { last: { depends_on: 'random' } });
  return {
    template: {
      heat_template_version: VERSION,
      parameters: { ...PARAMETERS, fail: { type: 'boolean', default: false } },
      resources: {
        random: RANDOM,
        link1,
        [FAILING]: failingIf({ get_param: 'fail' }),
      },
      outputs: outputsWith(['link1', 'output']),
    },
    tags: TAGS,
    rollback: true,
    parts: ['random', 'link1', FAILING],
  };
}

/**
 * One resource with a copy outside the stack, which every change replaces, and one that the
 * deletion of the stack has to keep. Heat is the only service here that has such copies.
 */
export function configuredBlueprint(): Blueprint {
  const { link1 } = linksOf({ length: 1, actionSeconds: 0 }, { last: { depends_on: 'random' } });
  const configuration = (text: unknown): object => ({
    type: 'OS::Heat::SoftwareConfig',
    properties: { group: 'script', config: text },
  });
  return {
    template: {
      heat_template_version: VERSION,
      parameters: PARAMETERS,
      resources: {
        random: RANDOM,
        link1,
        [CONFIG]: configuration({ get_param: 'value' }),
        [KEPT]: { ...configuration('x'), deletion_policy: 'retain' },
      },
      outputs: outputsWith([CONFIG, 'config']),
    },
    tags: TAGS,
    parts: ['random', 'link1', CONFIG, KEPT],
    replaced: [CONFIG],
    retained: [KEPT],
  };
}

/** A stack whose first link waits until a user clears its hook. */
export function hookedBlueprint(): Blueprint {
  const { link1 } = linksOf({ length: 1, actionSeconds: 0 }, { last: { depends_on: 'random' } });
  return {
    template: {
      heat_template_version: VERSION,
      parameters: PARAMETERS,
      resources: { random: RANDOM, link1 },
      outputs: outputsWith(['link1', 'output']),
    },
    environment: { resource_registry: { resources: { [HOOKED]: { hooks: HOOK } } } },
    tags: TAGS,
    parts: ['random', HOOKED],
    signal: 'hook',
  };
}

/** A group of stacks, each a chain: the engines create stacks for each other. */
export function nestedBlueprint({
  members,
  ...chain
}: ChainOptions & { readonly members: number }): Blueprint {
  const member = chainBlueprint(chain);
  const names = Array.from({ length: members }, (_, index) => String(index));
  const file = 'member.yaml';
  return {
    template: {
      heat_template_version: VERSION,
      parameters: PARAMETERS,
      resources: {
        group: {
          type: 'OS::Heat::ResourceGroup',
          properties: {
            count: members,
            resource_def: {
              type: file,
              properties: { value: { get_param: 'value' }, replace: { get_param: 'replace' } },
            },
          },
        },
      },
      outputs: {
        random: { value: { get_attr: ['group', 'random'] } },
        last: { value: { get_attr: ['group', 'last'] } },
      },
    },
    files: { [file]: member.template },
    tags: TAGS,
    parts: [
      'group',
      ...names.map((name) => partName({ parent: 'group', name })),
      ...names.flatMap((parent) => member.parts.map((name) => partName({ parent, name }))),
    ],
  };
}

/** A stack that waits for a signal from outside before it goes on to its chain. */
export function waitingBlueprint({
  transport,
  ...chain
}: ChainOptions & { readonly transport: Exclude<Transport, 'hook'> }): Blueprint {
  const links = linksOf(chain, { first: { depends_on: 'condition' } });
  return {
    template: {
      heat_template_version: VERSION,
      parameters: PARAMETERS,
      resources: {
        random: RANDOM,
        [HANDLE]: {
          type: 'OS::Heat::WaitConditionHandle',
          properties: {
            signal_transport: transport === 'token' ? 'TOKEN_SIGNAL' : 'CFN_SIGNAL',
          },
        },
        condition: {
          type: 'OS::Heat::WaitCondition',
          properties: { handle: { get_resource: 'handle' }, count: 1, timeout: 600 },
        },
        ...links,
      },
      outputs: {
        random: { value: { get_attr: ['random', 'value'] } },
        last: { value: { get_attr: [linkName(chain.length), 'output'] } },
        data: { value: { get_attr: ['condition', 'data'] } },
        ...(transport === 'token'
          ? {
              endpoint: { value: { get_attr: ['handle', 'endpoint'] } },
              token: { value: { get_attr: ['handle', 'token'] } },
            }
          : { signal: { value: { get_attr: ['handle', 'signal'] } } }),
      },
    },
    tags: TAGS,
    parts: ['random', 'handle', 'condition', ...Object.keys(links)],
    signal: transport,
  };
}

function linksOf(
  { length, actionSeconds, createSeconds = actionSeconds }: ChainOptions,
  { first = {}, last = {} }: Partial<Record<'first' | 'last', Readonly<Record<string, string>>>>,
): Readonly<Record<string, object>> {
  const numbers = Array.from({ length }, (_, index) => index + 1);
  const waits = { create: createSeconds, update: actionSeconds, delete: 0 };
  return Object.fromEntries(
    numbers.map((link) => [
      linkName(link),
      {
        type: 'OS::Heat::TestResource',
        ...(link === 1 ? first : {}),
        ...(link === length ? last : {}),
        properties: {
          value: link === 1 ? { get_param: 'value' } : { get_attr: [linkName(link - 1), 'output'] },
          update_replace: { get_param: 'replace' },
          action_wait_secs: waits,
        },
      },
    ]),
  );
}

/** @param fail Whether it fails: a literal, or a function of the template. */
function failingIf(fail: boolean | object): object {
  const properties = { value: { get_param: 'value' }, fail };
  return { type: 'OS::Heat::TestResource', depends_on: 'link1', properties };
}

/** The handle of a wait condition: its metadata are the signals that it got. */
export const HANDLE = 'handle';
/** Software configurations: the names of their copies outside the stack contain these. */
export const CONFIG = 'config';
export const KEPT = 'kept';
/** The resource that waits, and where. */
export const HOOKED = linkName(1);
export const HOOK = 'pre-create';
/** The resource that fails. */
export const FAILING = 'failing';
/** The resource that is marked as unhealthy. */
export const MARKED = linkName(1);

function linkName(link: number): string {
  return `link${link}`;
}
