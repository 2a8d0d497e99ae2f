import { call, get, of, once, refused, steady } from './build.ts';
import { lists, shows, stringAt, type HeatCall } from './call.ts';

/** The server of all software deployments: Heat does not check that it exists. */
export const SERVER = 'rollgate-server';
const NO_SERVER = 'rollgate-absent';

const SHOWN = { name: 'rollgate', group: 'script', config: 'x' };
/** The content of a software configuration. */
const CONFIG = {
  ...SHOWN,
  inputs: [{ name: 'given', type: 'String', default: 'x' }],
  outputs: [{ name: 'result', type: 'String' }],
  options: { timeout: 60 },
};

/** Makes a software configuration; the calls on it begin after that. */
export function softwareConfigs(project: string): HeatCall {
  const configs = `/${project}/software_configs`;
  const deployments = `/${project}/software_deployments`;
  return {
    ...call('POST software_configs', 'create_software_config', {
      ...steady({ ...of('POST', configs, CONFIG), expect: [200] }),
      check: shows('software_config', SHOWN),
    }),
    made: stringAt('software_config', 'id'),
    next: (config) => {
      const made = {
        server_id: SERVER,
        config_id: config,
        action: 'CREATE',
        status: 'IN_PROGRESS',
        status_reason: 'rollgate',
        input_values: { given: 'y' },
      };
      return inTurn(
        call('GET software_config', 'show_software_config', {
          ...steady(get(`${configs}/${config}`)),
          check: shows('software_config', { id: config, ...SHOWN }),
        }),
        once(
          call(
            'GET software_configs with a new one',
            'list_software_configs',
            get(configs, lists('software_configs', 'id', [config], 'among others')),
          ),
        ),
        {
          ...call('POST software_deployments', 'create_software_deployment', {
            ...steady({ ...of('POST', deployments, made), expect: [200] }),
            check: shows('software_deployment', made),
          }),
          made: stringAt('software_deployment', 'id'),
          next: (deployment) =>
            inTurn(
              call('GET software_deployment', 'show_software_deployment', {
                ...steady(get(`${deployments}/${deployment}`)),
                check: shows('software_deployment', made),
              }),
              ...updated(deployments, { config, deployment }),
              call('DELETE software_deployment', 'delete_software_deployment', {
                ...of('DELETE', `${deployments}/${deployment}`),
                expect: [204],
              }),
              gone('GET software_deployment, deleted', `${deployments}/${deployment}`, {
                rpc: 'show_software_deployment',
              }),
              call('DELETE software_config', 'delete_software_config', {
                ...of('DELETE', `${configs}/${config}`),
                expect: [204],
              }),
              gone('GET software_config, deleted', `${configs}/${config}`, {
                rpc: 'show_software_config',
              }),
            ),
        },
      );
    },
  };
}

/** A deleted object is found no more. */
function gone(operation: string, path: string, { rpc }: { readonly rpc: string }): HeatCall {
  return once(refused(operation, rpc, 404, 'NotFound', of('GET', path)));
}

/** Calls that list a deployment, and a call that changes it. */
function updated(
  deployments: string,
  { config, deployment }: { readonly config: string; readonly deployment: string },
): readonly HeatCall[] {
  const done = { status: 'COMPLETE', output_values: { result: 'x' } };
  const list = (operation: string, server: string, check: HeatCall['check']): HeatCall =>
    once(
      call(
        operation,
        'list_software_deployments',
        get(`${deployments}?server_id=${server}`, check),
      ),
    );
  return [
    list(
      'GET software_deployments of a server',
      SERVER,
      lists('software_deployments', 'id', [deployment], 'among others'),
    ),
    list(
      'GET software_deployments of another server',
      NO_SERVER,
      lists('software_deployments', 'id', []),
    ),
    once(
      call(
        'GET software_deployments/metadata with a new one',
        'metadata_software_deployments',
        get(`${deployments}/metadata/${SERVER}`, lists('metadata', 'id', [config], 'among others')),
      ),
    ),
    call('PUT software_deployment', 'update_software_deployment', {
      ...steady({
        ...of('PUT', `${deployments}/${deployment}`, { config_id: config, ...done }),
        expect: [200],
      }),
      check: shows('software_deployment', done),
    }),
  ];
}

/**
 * Each call begins when the one before was answered. The last call may have further calls after it.
 */
function inTurn(first: HeatCall, ...[next, ...others]: readonly HeatCall[]): HeatCall {
  if (next === undefined) return first;
  return { ...first, made: () => 'answered', next: () => inTurn(next, ...others) };
}
