import { ABSENT, MISSING, call, get, of, once, refused, steady } from './build.ts';
import { eventOf, has, lists, stringAt, type CallObjects, type HeatCall } from './call.ts';
import { SERVER, softwareConfigs } from './software-config.ts';

/**
 * Calls about the content of a stack and related objects: events, resources, software, snapshots,
 * outputs.
 */
export function contentCalls({ stack: { name, id }, project }: CallObjects): readonly HeatCall[] {
  const stacks = `/${project}/stacks`;
  const stack = `${stacks}/${name}/${id}`;
  const absent = `${stacks}/rollgate-absent/${ABSENT}`;
  const action = (what: string) => of('POST', `${absent}/actions`, { [what]: null });

  return [
    call('GET events', 'list_events', {
      ...steady(get(`${stack}/events`, has('events'))),
      made: eventOf('random'),
      next: (event) =>
        call('GET event', 'list_events', {
          ...steady(get(`${stack}/resources/random/events/${event}`, has('event'))),
          made: () => event,
          next: () =>
            once(
              call(
                'GET events after another',
                'list_events',
                steady(
                  get(
                    `${stack}/events?sort_keys=event_time&sort_dir=asc&marker=${event}`,
                    has('events'),
                  ),
                ),
              ),
            ),
        }),
    }),
    refused(
      'GET event',
      'list_events',
      404,
      undefined,
      of('GET', `${stack}/resources/random/events/${ABSENT}`),
    ),
    once(
      call(
        'GET events of a resource',
        'list_events',
        steady(get(`${stack}/resources/random/events`, has('events'))),
      ),
    ),
    call('GET resource', 'describe_stack_resource', {
      ...steady(get(`${stack}/resources/random`, has('resource'))),
      made: stringAt('resource', 'physical_resource_id'),
      next: (id) =>
        once(
          call(
            'GET resources by physical id',
            'list_stack_resources',
            steady(
              get(
                `${stack}/resources?physical_resource_id=${id}`,
                lists('resources', 'resource_name', ['random']),
              ),
            ),
          ),
        ),
    }),
    once(
      call(
        'GET resource/metadata',
        'describe_stack_resource',
        steady(get(`${stack}/resources/random/metadata`, has('metadata'))),
      ),
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
    softwareConfigs(project),
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
  ];
}
