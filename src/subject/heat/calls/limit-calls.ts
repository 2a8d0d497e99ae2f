import type { Template } from '../api/details.ts';
import { of, once, refused } from './build.ts';
import type { CallObjects, HeatCall } from './call.ts';

const VERSION = '2018-08-31';
/** One more than Heat allows in a stack (`max_resources_per_stack`, in all releases). */
const TOO_MANY = 1001;
const CROWDED: Template = {
  heat_template_version: VERSION,
  resources: Object.fromEntries(
    Array.from({ length: TOO_MANY }, (_, index) => [`r${index}`, { type: 'OS::Heat::None' }]),
  ),
};
/** More than `max_template_size` (512 KiB), and less than `max_json_body_size` (1 MiB). */
const LONG: Template = {
  heat_template_version: VERSION,
  description: 'x'.repeat(600 * 1024),
};

/** By parameter: its schema, and a value outside its constraint. */
const OUTSIDE: Readonly<Record<string, readonly [schema: object, value: unknown]>> = {
  values: [{ type: 'string', constraints: [{ allowed_values: ['one', 'two'] }] }, 'three'],
  pattern: [{ type: 'string', constraints: [{ allowed_pattern: '[a-z]*' }] }, 'ABC'],
  length: [{ type: 'string', constraints: [{ length: { min: 1, max: 8 } }] }, 'far too long'],
  range: [{ type: 'number', constraints: [{ range: { min: 1, max: 9 } }] }, 10],
  modulo: [{ type: 'number', constraints: [{ modulo: { step: 2, offset: 0 } }] }, 3],
  list: [
    { type: 'comma_delimited_list', constraints: [{ allowed_values: ['one', 'two'] }] },
    'one,three',
  ],
  type: [{ type: 'boolean' }, 'perhaps'],
};
/** A property of a resource has constraints too: this length is not allowed. */
const WRONG_PROPERTY: Template = {
  heat_template_version: VERSION,
  resources: { random: { type: 'OS::Heat::RandomString', properties: { length: 0 } } },
};

/**
 * Requests beyond a limit: of a parameter, of a property, or of all stacks. A template without the
 * wrong value is accepted, so only the limit can refuse it.
 */
export function limitCalls({ project }: CallObjects): readonly HeatCall[] {
  const stacks = `/${project}/stacks`;
  const preview = (template: Template, parameters: object) =>
    of('POST', `${stacks}/preview`, { stack_name: 'rollgate-preview', template, parameters });
  const constrained = (schema: object): Template => ({
    heat_template_version: VERSION,
    parameters: { given: schema },
    resources: { value: { type: 'OS::Heat::Value', properties: { value: 'x' } } },
  });
  const create = (why: string, template: Template): HeatCall =>
    refused(
      `POST stacks, ${why}`,
      'create_stack',
      400,
      'RequestLimitExceeded',
      of('POST', stacks, { stack_name: 'rollgate-refused', template }),
    );
  return [
    ...Object.entries(OUTSIDE).map(([name, [schema, value]]) =>
      refused(
        `POST stacks/preview, a parameter outside its ${name}`,
        'preview_stack',
        400,
        'StackValidationFailed',
        preview(constrained(schema), { given: value }),
      ),
    ),
    refused(
      'POST stacks/preview, a property outside its range',
      'preview_stack',
      400,
      'StackValidationFailed',
      preview(WRONG_PROPERTY, {}),
    ),
    create('too many resources', CROWDED),
    create('too long a template', LONG),
  ].map(once);
}
