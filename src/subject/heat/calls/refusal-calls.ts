import type { Template } from '../api/details.ts';
import { call, get, of, once, refused } from './build.ts';
import type { CallObjects, HeatCall } from './call.ts';

const VERSION = '2018-08-31';
const VALUE = 'OS::Heat::Value';
const WITH_PARAMETER: Template = {
  heat_template_version: VERSION,
  parameters: { given: { type: 'string' } },
};
const valueOf = (name: string): object => ({
  type: VALUE,
  properties: { value: { get_attr: [name, 'value'] } },
});

/** The tag of a stack has at most 80 characters. */
const LONG_TAG = 'x'.repeat(81);

/**
 * Requests that Heat refuses, except those for missing objects and taken names. An old API has to
 * know the errors of a new engine: otherwise it answers with 500.
 */
export function refusalCalls({
  stack,
  second,
  project,
  otherProject,
}: CallObjects): readonly HeatCall[] {
  const stacks = `/${project}/stacks`;
  const ofStack = `${stacks}/${stack.name}/${stack.id}`;
  const ofSecond = `${stacks}/${second.name}/${second.id}`;
  const create = (why: string, body: object): HeatCall =>
    refused(
      `POST stacks, ${why}`,
      'create_stack',
      400,
      undefined,
      of('POST', stacks, { stack_name: 'rollgate-refused', ...body }),
    );
  const preview = (why: string, body: object): HeatCall =>
    refused(
      `PATCH stack/preview, ${why}`,
      'preview_update_stack',
      400,
      undefined,
      of('PATCH', `${ofSecond}/preview`, body),
    );

  const byEngine = [
    create('missing parameter', { template: WITH_PARAMETER }),
    create('unknown parameter', {
      template: WITH_PARAMETER,
      parameters: { given: 'x', other: 'x' },
    }),
    create('unknown reference', {
      template: { heat_template_version: VERSION, resources: { one: valueOf('absent') } },
    }),
    // Heat 19 answers 500 (CircularDependencyException), 24 does not.
    {
      ...create('circle', {
        template: {
          heat_template_version: VERSION,
          resources: { one: valueOf('two'), two: valueOf('one') },
        },
      }),
      since: 24,
    },
    create('unknown section', { template: { heat_template_version: VERSION, rollgate: {} } }),
    create('unknown property', {
      template: {
        heat_template_version: VERSION,
        resources: { one: { type: VALUE, properties: { rollgate: 'x' } } },
      },
    }),
    preview('parameter cleared', { clear_parameters: ['secret'] }),
    preview('immutable parameter', { parameters: { given: 'y' } }),
  ];
  const byApi = [
    ...['limit=x', 'show_deleted=x', 'with_count=x', 'tags='.concat(LONG_TAG)].map((query) =>
      refused(
        `GET stacks, wrong ${query.split('=')[0]}`,
        [],
        400,
        undefined,
        of('GET', `${stacks}?${query}`),
      ),
    ),
    refused(
      'GET stacks of all projects',
      [],
      403,
      undefined,
      of('GET', `${stacks}?global_tenant=true`),
    ),
    refused('GET services', [], 403, undefined, of('GET', `/${project}/services`)),
    refused(
      'GET stacks of a project of others',
      [],
      403,
      undefined,
      of('GET', `/${otherProject}/stacks`),
    ),
    refused(
      'POST stacks, no template',
      [],
      400,
      undefined,
      of('POST', stacks, { stack_name: 'x' }),
    ),
    refused(
      'POST stacks, no name',
      [],
      400,
      undefined,
      of('POST', stacks, { template: WITH_PARAMETER }),
    ),
    refused(
      'POST stacks, wrong time-out',
      [],
      400,
      undefined,
      of('POST', stacks, { stack_name: 'x', template: WITH_PARAMETER, timeout_mins: 'x' }),
    ),
    refused(
      'POST actions, unknown',
      [],
      400,
      undefined,
      of('POST', `${ofStack}/actions`, { x: null }),
    ),
    refused(
      'POST actions, two',
      [],
      400,
      undefined,
      of('POST', `${ofStack}/actions`, { check: null, suspend: null }),
    ),
    refused(
      'GET resources, unknown filter',
      [],
      400,
      undefined,
      of('GET', `${ofStack}/resources?rollgate=x`),
    ),
    refused('GET events, wrong limit', [], 400, undefined, of('GET', `${ofStack}/events?limit=x`)),
    refused(
      'PATCH resource, wrong key',
      [],
      400,
      undefined,
      of('PATCH', `${ofStack}/resources/random`, { rollgate: true }),
    ),
    refused(
      'GET resource_type/template, unknown type of template',
      [],
      400,
      undefined,
      of('GET', `/${project}/resource_types/OS::Heat::Value/template?template_type=x`),
    ),
  ];
  const withoutToken: readonly HeatCall[] = [
    call('GET stacks, no token: 401', [], {
      ...get(`/v1${stacks}`),
      anonymous: true,
      expect: [401],
    }),
    // A deployer's load balancer takes an API out of rotation that does not answer it.
    call('GET /healthcheck', [], { ...get('/healthcheck'), anonymous: true }),
  ];
  return [...byEngine.map(once), ...byApi, ...withoutToken];
}
