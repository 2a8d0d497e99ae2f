import { ABSENT, MISSING, call, get, of, refused, steady } from './build.ts';
import { eventOf, has, shows, stringAt, type CallObjects, type HeatCall } from './call.ts';
import { CONFIG, SERVER, softwareConfig } from './software-config.ts';

/**
 * Calls about the content of a stack and related objects: events, resources, software, snapshots,
 * outputs; refusals of an API.
 */
export function contentCalls({
  stack: { name, id },
  project,
  otherProject,
}: CallObjects): readonly HeatCall[] {
  const stacks = `/${project}/stacks`;
  const stack = `${stacks}/${name}/${id}`;
  const absent = `${stacks}/rollgate-absent/${ABSENT}`;
  const action = (what: string) => of('POST', `${absent}/actions`, { [what]: null });

  return [
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
    refused('POST suspend', 'stack_suspend', 404, MISSING, action('suspend')),
    refused('POST resume', 'stack_resume', 404, MISSING, action('resume')),
    refused('POST check', 'stack_check', 404, MISSING, action('check')),
    refused('POST cancel_update', 'stack_cancel_update', 404, MISSING, action('cancel_update')),
    refused(
      'POST signal',
      'resource_signal',
      404,
      MISSING,
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
      MISSING,
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
    refused('GET export', 'export_stack', 404, MISSING, of('GET', `${absent}/export`)),
    // An API refuses these itself, before it calls an engine.
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
