import { has, stringAt, type HeatCall } from './call.ts';

/** The server of all software deployments: Heat does not look for it. */
export const SERVER = 'rollgate-server';

/** The calls on a software configuration: each begins when the one before was answered. */
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
  const deployed = (deployment: string): HeatCall => ({
    operation: 'GET software_deployment',
    rpc: ['show_software_deployment'],
    method: 'GET',
    path: `${deployments}/${deployment}`,
    expect: [200],
    check: has('software_deployment'),
    made: () => deployment,
    next: () => ({
      operation: 'PUT software_deployment',
      rpc: ['update_software_deployment'],
      method: 'PUT',
      path: `${deployments}/${deployment}`,
      body: { config_id: config, status: 'COMPLETE', output_values: { result: 'x' } },
      expect: [200],
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
    check: has('software_config'),
    made: () => config,
    next: () => ({
      operation: 'POST software_deployments',
      rpc: ['create_software_deployment'],
      method: 'POST',
      path: deployments,
      body: { server_id: SERVER, config_id: config, action: 'CREATE', status: 'IN_PROGRESS' },
      expect: [200],
      check: has('software_deployment'),
      made: stringAt('software_deployment', 'id'),
      next: deployed,
    }),
  };
}
