import type { Template } from '../api/template.ts';
import { otherLocation } from '../api/answers.ts';
import {
  counts,
  eventOf,
  has,
  refusedWith,
  shows,
  stringAt,
  type CallObjects,
  type HeatCall,
} from './call.ts';
import { TAG } from '../workload/standing.ts';
import { CONFIG, SERVER, softwareConfig } from './software-config.ts';

/** An id that no object of Heat has. */
const ABSENT = '00000000-0000-4000-8000-000000000000';

const TEMPLATE: Template = {
  heat_template_version: '2018-08-31',
  resources: { value: { type: 'OS::Heat::Value', properties: { value: 'x' } } },
};
const WITH_PARAMETER: Template = { ...TEMPLATE, parameters: { count: { type: 'number' } } };
const WITH_UNKNOWN_TYPE: Template = {
  heat_template_version: '2018-08-31',
  resources: { unknown: { type: 'OS::Rollgate::Unknown' } },
};

type Call = Omit<HeatCall, 'operation' | 'rpc'>;

function get(path: string, check?: HeatCall['check']): Call {
  return { method: 'GET', path, expect: [200], ...(check === undefined ? {} : { check }) };
}

/** Of what does not change from the baseline to the end. */
function steady(call: Call): Call {
  return { ...call, steady: true };
}

/**
 * Every call that a user without administrator's rights can cause, in the order of
 * heat/rpc/client.py. Calls that change stacks are here as refusals only: they go to engines as
 * any other and leave nothing behind. The workload has them as they succeed.
 */
export function heatCalls({
  stack: { name, id },
  project,
  otherProject,
}: CallObjects): readonly HeatCall[] {
  const stacks = `/${project}/stacks`;
  const stack = `${stacks}/${name}/${id}`;
  const absent = `${stacks}/rollgate-absent/${ABSENT}`;
  const call = (operation: string, rpc: string | readonly string[], one: Call): HeatCall => ({
    operation,
    rpc: typeof rpc === 'string' ? [rpc] : rpc,
    ...one,
  });
  /** What is refused, with the status and the type of the error that are due. */
  const refused = (
    operation: string,
    rpc: string | readonly string[],
    status: number,
    type: string | undefined,
    request: Pick<Call, 'method' | 'path' | 'body'>,
  ): HeatCall =>
    call(`${operation}: ${status}`, rpc, {
      ...request,
      expect: [status],
      check: refusedWith(status, type),
    });
  const of = (method: Call['method'], path: string, body?: unknown): Call =>
    body === undefined ? { method, path, expect: [] } : { method, path, body, expect: [] };
  const action = (what: string): Call => of('POST', `${absent}/actions`, { [what]: null });
  const missing = 'EntityNotFound';

  return [
    call('GET stack by name', 'identify_stack', {
      method: 'GET',
      path: `${stacks}/${name}`,
      expect: [302],
      checkHeaders: (headers) => otherLocation(headers, `/${name}/${id}`),
    }),
    refused(
      'GET stack by name',
      'identify_stack',
      404,
      missing,
      of('GET', `${stacks}/rollgate-absent`),
    ),
    call(
      'GET stacks with count',
      ['list_stacks', 'count_stacks'],
      get(`${stacks}?with_count=true`, has('stacks', 'count')),
    ),
    call('GET stacks by name', 'list_stacks', steady(get(`${stacks}?name=${name}`, has('stacks')))),
    call(
      'GET stacks by name with count',
      ['list_stacks', 'count_stacks'],
      steady(get(`${stacks}?name=${name}&with_count=true`, counts(1))),
    ),
    call(
      'GET stacks after the last',
      'list_stacks',
      steady(get(`${stacks}?name=${name}&limit=1&marker=${id}`, counts(0))),
    ),
    call('GET stacks by tag', 'list_stacks', steady(get(`${stacks}?tags=${TAG}`, counts()))),
    call(
      'GET stacks without a tag',
      'list_stacks',
      steady(get(`${stacks}?name=${name}&not_tags=${TAG}`, counts(0))),
    ),
    call('GET stack', 'show_stack', steady(get(stack, has('stack')))),
    refused('GET stack by id', 'show_stack', 404, missing, of('GET', absent)),
    call('POST stacks/preview', 'preview_stack', {
      steady: true,
      method: 'POST',
      path: `${stacks}/preview`,
      body: { stack_name: 'rollgate-preview', template: TEMPLATE },
      expect: [200],
      check: has('stack'),
    }),
    refused(
      'POST stacks, name taken',
      'create_stack',
      409,
      'StackExists',
      of('POST', stacks, { stack_name: name, template: TEMPLATE }),
    ),
    refused(
      'POST stacks, unknown type',
      'create_stack',
      400,
      'StackValidationFailed',
      of('POST', stacks, { stack_name: 'rollgate-refused', template: WITH_UNKNOWN_TYPE }),
    ),
    refused(
      'POST stacks, wrong parameter',
      'create_stack',
      400,
      'StackValidationFailed',
      of('POST', stacks, {
        stack_name: 'rollgate-refused',
        template: WITH_PARAMETER,
        parameters: { count: 'x' },
      }),
    ),
    refused('PUT stack', 'update_stack', 404, missing, of('PUT', absent, { template: TEMPLATE })),
    call('PUT stack/preview', 'preview_update_stack', {
      steady: true,
      method: 'PUT',
      path: `${stack}/preview`,
      body: { template: TEMPLATE },
      expect: [200],
      check: has('resource_changes'),
    }),
    call('PATCH stack/preview', 'preview_update_stack', {
      steady: true,
      method: 'PATCH',
      path: `${stack}/preview`,
      body: { parameters: { length: 17 } },
      expect: [200],
      check: has('resource_changes'),
    }),
    call('POST validate', 'validate_template', {
      steady: true,
      method: 'POST',
      path: `/${project}/validate`,
      body: { template: WITH_PARAMETER },
      expect: [200],
      check: has('Description', 'Parameters'),
    }),
    refused(
      'POST validate, unknown version',
      'validate_template',
      400,
      'InvalidTemplateVersion',
      of('POST', `/${project}/validate`, { template: { heat_template_version: '1999-01-01' } }),
    ),
    call('GET template', 'get_template', steady(get(`${stack}/template`, has('resources')))),
    call(
      'GET environment',
      'get_environment',
      steady(get(`${stack}/environment`, has('parameters'))),
    ),
    call('GET files', 'get_files', steady(get(`${stack}/files`))),
    refused('DELETE stack', 'delete_stack', 404, missing, of('DELETE', absent)),
    refused(
      'DELETE stack/abandon',
      'abandon_stack',
      404,
      missing,
      of('DELETE', `${absent}/abandon`),
    ),
    call(
      'GET resource_types',
      'list_resource_types',
      get(`/${project}/resource_types`, has('resource_types')),
    ),
    call(
      'GET template_versions',
      'list_template_versions',
      get(`/${project}/template_versions`, has('template_versions')),
    ),
    call(
      'GET functions',
      'list_template_functions',
      get(
        `/${project}/template_versions/heat_template_version.2018-08-31/functions`,
        has('template_functions'),
      ),
    ),
    call(
      'GET resource_type',
      'resource_schema',
      get(`/${project}/resource_types/OS::Heat::TestResource`, has('properties')),
    ),
    refused(
      'GET resource_type',
      'resource_schema',
      404,
      missing,
      of('GET', `/${project}/resource_types/OS::Rollgate::Unknown`),
    ),
    call(
      'GET resource_type/template',
      'generate_template',
      get(`/${project}/resource_types/OS::Heat::TestResource/template`, has('Resources')),
    ),
    call('GET events', 'list_events', {
      ...steady(get(`${stack}/events`, has('events'))),
      made: eventOf('random'),
      next: (event) =>
        call(
          'GET event',
          'list_events',
          steady(get(`${stack}/resources/random/events/${event}`, has('event'))),
        ),
    }),
    refused(
      'GET event',
      'list_events',
      404,
      undefined,
      of('GET', `${stack}/resources/random/events/${ABSENT}`),
    ),
    call(
      'GET resource',
      'describe_stack_resource',
      steady(get(`${stack}/resources/random`, has('resource'))),
    ),
    refused(
      'GET resource',
      'describe_stack_resource',
      404,
      'ResourceNotFound',
      of('GET', `${stack}/resources/rollgate-absent`),
    ),
    call(
      'GET resources',
      'list_stack_resources',
      steady(get(`${stack}/resources`, has('resources'))),
    ),
    call(
      'GET resources with detail',
      'list_stack_resources',
      steady(get(`${stack}/resources?with_detail=True`, has('resources'))),
    ),
    refused('POST suspend', 'stack_suspend', 404, missing, action('suspend')),
    refused('POST resume', 'stack_resume', 404, missing, action('resume')),
    refused('POST check', 'stack_check', 404, missing, action('check')),
    refused('POST cancel_update', 'stack_cancel_update', 404, missing, action('cancel_update')),
    refused(
      'POST signal',
      'resource_signal',
      404,
      missing,
      of('POST', `${absent}/resources/random/signal`, {}),
    ),
    call('PATCH resource', 'resource_mark_unhealthy', {
      method: 'PATCH',
      path: `${stack}/resources/random`,
      body: { mark_unhealthy: false, resource_status_reason: 'rollgate' },
      expect: [200],
    }),
    call('GET build_info', 'get_revision', get(`/${project}/build_info`, has('engine'))),
    call(
      'GET software_configs',
      'list_software_configs',
      get(`/${project}/software_configs`, has('software_configs')),
    ),
    call('POST software_configs', 'create_software_config', {
      method: 'POST',
      path: `/${project}/software_configs`,
      body: CONFIG,
      expect: [200],
      check: shows('software_config', CONFIG),
      made: stringAt('software_config', 'id'),
      next: (config) => softwareConfig(project, config),
    }),
    refused(
      'GET software_config',
      'show_software_config',
      404,
      'NotFound',
      of('GET', `/${project}/software_configs/${ABSENT}`),
    ),
    call(
      'GET software_deployments',
      'list_software_deployments',
      get(`/${project}/software_deployments`, has('software_deployments')),
    ),
    call(
      'GET software_deployments/metadata',
      'metadata_software_deployments',
      get(`/${project}/software_deployments/metadata/${SERVER}`, has('metadata')),
    ),
    refused(
      'POST snapshots',
      'stack_snapshot',
      404,
      missing,
      of('POST', `${absent}/snapshots`, { name: 'rollgate' }),
    ),
    refused(
      'GET snapshot',
      'show_snapshot',
      404,
      'NotFound',
      of('GET', `${stack}/snapshots/${ABSENT}`),
    ),
    refused(
      'DELETE snapshot',
      'delete_snapshot',
      404,
      'NotFound',
      of('DELETE', `${stack}/snapshots/${ABSENT}`),
    ),
    call(
      'GET snapshots',
      'stack_list_snapshots',
      steady(get(`${stack}/snapshots`, has('snapshots'))),
    ),
    refused(
      'POST restore',
      'stack_restore',
      404,
      'NotFound',
      of('POST', `${stack}/snapshots/${ABSENT}/restore`),
    ),
    call('GET outputs', 'list_outputs', steady(get(`${stack}/outputs`, has('outputs')))),
    call('GET output', 'show_output', steady(get(`${stack}/outputs/random`, has('output')))),
    refused(
      'GET output',
      'show_output',
      404,
      'NotFound',
      of('GET', `${stack}/outputs/rollgate-absent`),
    ),
    refused('GET export', 'export_stack', 404, missing, of('GET', `${absent}/export`)),
    // An API refuses these itself, before an engine is asked.
    refused('GET stacks, wrong limit', [], 400, undefined, of('GET', `${stacks}?limit=x`)),
    refused('GET services', [], 403, undefined, of('GET', `/${project}/services`)),
    refused(
      'GET stacks of a project of others',
      [],
      403,
      undefined,
      of('GET', `/${otherProject}/stacks`),
    ),
  ];
}

/**
 * Methods of heat/rpc/client.py that `heatCalls` does not cause, and why: no run shows whether old
 * and new understand each other in them.
 */
export const NOT_CALLED: Readonly<Record<string, string>> = {
  authenticated_to_backend: 'no service sends it',
  check_software_deployment: 'no service sends it',
  describe_stack_resources: 'only heat-api-cfn sends it',
  find_physical_resource: 'only heat-api-cfn sends it',
  list_services: 'only an administrator can cause it',
  migrate_convergence_1: 'only heat-manage sends it',
  signal_software_deployment: 'an engine sends it for a deployment resource, which needs a server',
};
