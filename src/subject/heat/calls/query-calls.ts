import { TAG } from '../workload/standing.ts';
import { call, get, once, refused, steady } from './build.ts';
import { counts, has, lists, type CallObjects, type HeatCall } from './call.ts';

/** A tag that no stack has. */
const NO_TAG = 'rollgate-absent';
const ERRORS_TO_IGNORE = '99001';
/** The name of a nested template. */
const CHILD = 'child.yaml';

/** A template whose validation shows more than its parameters. */
const VALIDATED = {
  heat_template_version: '2018-08-31',
  description: 'Of the calls',
  parameter_groups: [
    { label: 'all', description: 'Each of them', parameters: ['count', 'secret'] },
  ],
  parameters: {
    count: {
      type: 'number',
      label: 'How many',
      default: 3,
      constraints: [{ range: { min: 1, max: 9 }, description: 'From 1 to 9' }],
    },
    secret: { type: 'string', hidden: true, default: 'rollgate' },
    given: { type: 'string' },
  },
  resources: { value: { type: 'OS::Heat::Value', properties: { value: { get_param: 'given' } } } },
};
/** A template with each kind of constraint and of parameter, and a nested one. */
const CONSTRAINED = {
  heat_template_version: '2018-08-31',
  parameters: {
    text: {
      type: 'string',
      default: 'abc',
      tags: ['a tag'],
      constraints: [
        { length: { min: 1, max: 8 }, description: 'Not long' },
        { allowed_pattern: '[a-z]*' },
      ],
    },
    choice: { type: 'string', default: 'one', constraints: [{ allowed_values: ['one', 'two'] }] },
    steps: { type: 'number', default: 4, constraints: [{ modulo: { step: 2, offset: 0 } }] },
    list: { type: 'comma_delimited_list', default: 'a,b' },
    map: { type: 'json', default: { key: 'value' } },
    flag: { type: 'boolean', default: true },
  },
  resources: { child: { type: CHILD, properties: { text: { get_param: 'text' } } } },
};
const CHILD_TEMPLATE = {
  heat_template_version: '2018-08-31',
  description: 'Nested',
  parameters: { text: { type: 'string', description: 'Given by the parent' } },
  resources: { value: { type: 'OS::Heat::Value', properties: { value: { get_param: 'text' } } } },
};
const ENVIRONMENT = { parameter_defaults: { given: 'by the environment' } };

/**
 * What each query parameter of Heat's API changes in an answer (heat/api/openstack/v1). Every
 * answer here differs from the one without the parameter, or with another value of it: a release
 * that ignores the parameter shows it.
 */
export function queryCalls({ stack, second, project }: CallObjects): readonly HeatCall[] {
  const stacks = `/${project}/stacks`;
  const both = `${stacks}?name=${stack.name}&name=${second.name}`;
  const list = (operation: string, query: string, due: readonly string[]): HeatCall =>
    call(operation, 'list_stacks', steady(get(query, lists('stacks', 'stack_name', due))));
  const of = `${stacks}/${stack.name}/${stack.id}`;
  const ofSecond = `${stacks}/${second.name}/${second.id}`;
  const events = (operation: string, query: string): HeatCall =>
    call(operation, 'list_events', steady(get(`${of}/events?${query}`, has('events'))));
  const resources = (operation: string, query: string, due: readonly string[]): HeatCall =>
    call(
      operation,
      'list_stack_resources',
      steady(
        get(
          `${ofSecond}/resources?${query}`,
          lists('resources', 'resource_name', due, 'any order'),
        ),
      ),
    );

  const views = [
    list('GET stacks by tag', `${both}&tags=${TAG}`, [stack.name]),
    list('GET stacks by any tag', `${both}&tags_any=${TAG},${NO_TAG}`, [stack.name]),
    list('GET stacks without a tag', `${both}&not_tags=${TAG}`, [second.name]),
    list('GET stacks without any tag', `${both}&not_tags_any=${TAG},${NO_TAG}`, [second.name]),
    list('GET stacks by two tags', `${both}&tags=${TAG},${NO_TAG}`, []),
    list(
      'GET stacks without two tags',
      `${both}&not_tags=${TAG},${NO_TAG}&sort_keys=stack_name&sort_dir=asc`,
      [stack.name, second.name],
    ),
    call(
      'GET stacks by tag with count',
      ['list_stacks', 'count_stacks'],
      steady(get(`${both}&tags=${TAG}&with_count=true`, counts(1))),
    ),
    list('GET stacks by id', `${both}&id=${second.id}`, [second.name]),
    list('GET stacks by status', `${both}&status=FAILED`, []),
    list('GET stacks by action', `${both}&action=UPDATE`, []),
    call(
      'GET stacks/detail',
      'list_stacks',
      steady(
        get(
          `${stacks}/detail`,
          lists('stacks', 'stack_name', [stack.name, second.name], 'any order'),
        ),
      ),
    ),
    call('PATCH stack/preview with nested ones', 'preview_update_stack', {
      steady: true,
      method: 'PATCH',
      path: `${ofSecond}/preview?show_nested=true`,
      body: { parameters: {} },
      expect: [200],
      check: has('resource_changes'),
    }),
    list('GET stacks in order', `${both}&sort_keys=stack_name&sort_dir=asc`, [
      stack.name,
      second.name,
    ]),
    list('GET stacks in reverse order', `${both}&sort_keys=stack_name&sort_dir=desc`, [
      second.name,
      stack.name,
    ]),
    list(
      'GET stacks after another',
      `${both}&sort_keys=stack_name&sort_dir=asc&limit=1&marker=${stack.id}`,
      [second.name],
    ),
    call(
      'GET stacks, a full page',
      'list_stacks',
      steady(get(`${both}&sort_keys=stack_name&sort_dir=asc&limit=2`, has('stacks', 'links'))),
    ),
    call(
      'GET stacks with nested ones',
      'list_stacks',
      steady(get(`${stacks}?show_nested=true&owner_id=${second.id}`, has('stacks'))),
    ),
    call('GET stack with a nested one', 'show_stack', steady(get(ofSecond, has('stack')))),
    call(
      'GET stack without outputs',
      'show_stack',
      steady(get(`${of}?resolve_outputs=false`, has('stack'))),
    ),
    call('GET environment with a secret', 'get_environment', {
      ...steady(get(`${ofSecond}/environment`, has('parameters'))),
      // Heat 15 shows the secret itself, 19 does not.
      since: 19,
    }),
    call('GET files of a nested stack', 'get_files', steady(get(`${ofSecond}/files`))),
    call('POST validate, all of it', 'validate_template', {
      steady: true,
      method: 'POST',
      path: `/${project}/validate?show_nested=true&ignore_errors=${ERRORS_TO_IGNORE}`,
      body: { template: VALIDATED, environment: ENVIRONMENT },
      expect: [200],
      check: has('Description', 'Parameters', 'ParameterGroups', 'Environment'),
    }),
    call('POST validate, each constraint', 'validate_template', {
      steady: true,
      method: 'POST',
      path: `/${project}/validate?show_nested=true`,
      body: { template: CONSTRAINED, files: { [CHILD]: JSON.stringify(CHILD_TEMPLATE) } },
      expect: [200],
      check: has('Parameters', 'NestedParameters'),
    }),
    call('POST stacks/preview with an environment', 'preview_stack', {
      steady: true,
      method: 'POST',
      path: `${stacks}/preview`,
      body: {
        stack_name: 'rollgate-preview',
        template: VALIDATED,
        environment: ENVIRONMENT,
        tags: TAG,
      },
      expect: [200],
      check: has('stack'),
    }),
    resources('GET resources with nested ones', 'nested_depth=1', [
      'child',
      'inner',
      'keeper',
      'random',
    ]),
    resources('GET resources by type', 'type=OS::Heat::RandomString', ['random']),
    resources('GET resources by name', 'name=keeper&action=CREATE&status=COMPLETE', ['keeper']),
    resources('GET resources by status', 'status=FAILED', []),
    call(
      'GET resource with an attribute',
      'describe_stack_resource',
      steady(get(`${ofSecond}/resources/random?with_attr=value`, has('resource'))),
    ),
    events('GET events by resource', 'resource_name=random'),
    events('GET events by type', 'resource_type=OS::Heat::RandomString'),
    events('GET events by status', 'resource_action=CREATE&resource_status=COMPLETE'),
    events('GET the first event', 'sort_keys=event_time&sort_dir=asc&limit=1'),
    events('GET the last event', 'sort_keys=event_time&sort_dir=desc&limit=1'),
    call(
      'GET events with nested ones',
      'list_events',
      steady(get(`${ofSecond}/events?nested_depth=1`, has('events'))),
    ),
    call(
      'GET resource_types by name',
      'list_resource_types',
      steady(get(`/${project}/resource_types?name=OS::Heat::TestResource`, has('resource_types'))),
    ),
    call(
      'GET resource_types with descriptions',
      'list_resource_types',
      get(
        `/${project}/resource_types?name=OS::Heat::TestResource&with_description=true`,
        lists('resource_types', 'resource_type', ['OS::Heat::TestResource']),
      ),
    ),
    call(
      'GET functions with those of conditions',
      'list_template_functions',
      get(
        `/${project}/template_versions/heat_template_version.2018-08-31/functions?with_condition_func=true`,
        lists('template_functions', 'functions', ['not', 'and', 'or'], 'among others'),
      ),
    ),
    call(
      'GET resource_type/template as HOT',
      'generate_template',
      get(
        `/${project}/resource_types/OS::Heat::TestResource/template?template_type=hot`,
        has('heat_template_version', 'resources'),
      ),
    ),
  ];
  return [
    call(
      'GET export',
      'export_stack',
      steady(get(`${ofSecond}/export`, has('resources', 'template', 'environment'))),
    ),
    refused('POST cancel_update, none under way', 'stack_cancel_update', 400, 'NotSupported', {
      method: 'POST',
      path: `${of}/actions`,
      body: { cancel_update: null },
    }),
    refused(
      'POST signal to what takes none',
      'resource_signal',
      400,
      'ResourceActionNotSupported',
      {
        method: 'POST',
        path: `${of}/resources/random/signal`,
        body: {},
      },
    ),
    ...views.map(once),
  ];
}
