import { shows, stringAt, type HeatCall } from './call.ts';

/** The server of all software deployments: Heat does not check that it exists. */
export const SERVER = 'rollgate-server';

/** The content of a software configuration. */
export const CONFIG = { name: 'rollgate', group: 'script', config: 'x' };

/** The calls on a software configuration: each begins when the previous one was answered. */
export function softwareConfig(project: string, config: string): HeatCall {
  const configs = `/${project}/software_configs/${config}`;
  const deployments = `/${project}/software_deployments`;
  const remove: HeatCall = {
    operation: 'DELETE software_config',
    rpc: ['delete_software_config'],
    method: 'DELETE',
    path: configs,
    expect: [204],
  };
  const made = { server_id: SERVER, config_id: config, action: 'CREATE', status: 'IN_PROGRESS' };
  const done = { status: 'COMPLETE', output_values: { result: 'x' } };
  const deployed = (deployment: string): HeatCall => ({
    operation: 'GET software_deployment',
    rpc: ['show_software_deployment'],
    method: 'GET',
    path: `${deployments}/${deployment}`,
    expect: [200],
    check: shows('software_deployment', made),
    made: () => deployment,
    next: () => ({
      operation: 'PUT software_deployment',
      rpc: ['update_software_deployment'],
      method: 'PUT',
      path: `${deployments}/${deployment}`,
      body: { config_id: config, ...done },
      expect: [200],
      check: shows('software_deployment', done),
      made: () => deployment,
      next: () => ({
        operation: 'DELETE software_deployment',
        rpc: ['delete_software_deployment'],
        method: 'DELETE',
        path: `${deployments}/${deployment}`,
        expect: [204],
        made: () => config,
        next: () => remove,
      }),
    }),
  });
  return {
    operation: 'GET software_config',
    rpc: ['show_software_config'],
    method: 'GET',
    path: configs,
    expect: [200],
    check: shows('software_config', { id: config, ...CONFIG }),
    made: () => config,
    next: () => ({
      operation: 'POST software_deployments',
      rpc: ['create_software_deployment'],
      method: 'POST',
      path: deployments,
      body: made,
      expect: [200],
      check: shows('software_deployment', made),
      made: stringAt('software_deployment', 'id'),
      next: deployed,
    }),
  };
}
