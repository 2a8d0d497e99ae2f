import { otherLocation } from '../api/answers.ts';
import type { Template } from '../api/details.ts';
import { ABSENT, MISSING, call, get, of, once, refused, steady } from './build.ts';
import { counts, has, type CallObjects, type HeatCall } from './call.ts';

const TEMPLATE: Template = {
  heat_template_version: '2018-08-31',
  resources: { value: { type: 'OS::Heat::Value', properties: { value: 'x' } } },
};
const WITH_PARAMETER: Template = { ...TEMPLATE, parameters: { count: { type: 'number' } } };
const WITH_UNKNOWN_TYPE: Template = {
  heat_template_version: '2018-08-31',
  resources: { unknown: { type: 'OS::Rollgate::Unknown' } },
};

/**
 * Calls about whole stacks, templates, and the release's features, in the order of
 * heat/rpc/client.py.
 */
export function stackCalls({ stack: { name, id }, project }: CallObjects): readonly HeatCall[] {
  const stacks = `/${project}/stacks`;
  const stack = `${stacks}/${name}/${id}`;
  const absent = `${stacks}/rollgate-absent/${ABSENT}`;

  return [
    call('GET stack by name', 'identify_stack', {
      method: 'GET',
      path: `${stacks}/${name}`,
      expect: [302],
      checkHeaders: (headers) => otherLocation(headers, `/${name}/${id}`),
    }),
    once(
      call('GET stack by name, with path and query', 'identify_stack', {
        method: 'GET',
        path: `${stacks}/${name}/resources?with_detail=True`,
        expect: [302],
        checkHeaders: (headers) =>
          otherLocation(headers, `/${name}/${id}/resources?with_detail=True`),
      }),
    ),
    refused(
      'GET stack by name',
      'identify_stack',
      404,
      MISSING,
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
    call('GET stack', 'show_stack', steady(get(stack, has('stack')))),
    refused('GET stack by id', 'show_stack', 404, MISSING, of('GET', absent)),
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
    refused('PUT stack', 'update_stack', 404, MISSING, of('PUT', absent, { template: TEMPLATE })),
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
    refused('DELETE stack', 'delete_stack', 404, MISSING, of('DELETE', absent)),
    refused(
      'DELETE stack/abandon',
      'abandon_stack',
      404,
      MISSING,
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
      MISSING,
      of('GET', `/${project}/resource_types/OS::Rollgate::Unknown`),
    ),
    call(
      'GET resource_type/template',
      'generate_template',
      get(`/${project}/resource_types/OS::Heat::TestResource/template`, has('Resources')),
    ),
  ];
}
