import type { Template } from './details.ts';
import type { Blueprint } from './template.ts';

const VERSION = '2018-08-31';
const VALUE = 'OS::Heat::Value';
const TEXT = 'text.txt';
/** An `environment` besides files would be ignored (heat/api/openstack/v1/stacks.py). */
const OWN_ENVIRONMENT = 'own.yaml';
/** Environments, as a client sends those of its user: the last one wins, and lists may be merged. */
const ENVIRONMENTS = ['first.yaml', 'second.yaml'];
const environment = (number: string): string =>
  JSON.stringify({
    parameter_defaults: { layered: `by the ${number}`, joined: [number] },
    parameter_merge_strategies: { joined: 'merge' },
  });
const environments = (...numbers: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    ENVIRONMENTS.map((name, index) => [name, environment(numbers[index] ?? name)]),
  );
/** The value of each parameter that neither user nor environment sets. */
const DEFAULT = 'by default';
/** Not ASCII: Heat has to keep each letter of a user. */
const BY_USER = 'von Zoë';
/** Neither that of the creation nor Heat's default, so that a change shows. */
const TIMEOUT_MINUTES = { reshape: 58, redefine: 57 };
const param = (name: string): object => ({ get_param: name });
const value = (of: unknown): object => ({ type: VALUE, properties: { value: of } });

/**
 * @param own The only resource that this template has and the others do not. It comes with one
 * change of the stack, and goes with the next.
 */
function template(own: string): Template {
  return {
    heat_template_version: VERSION,
    parameters: {
      value: { type: 'string' },
      replace: { type: 'boolean', default: false },
      ...Object.fromEntries(
        ['cleared', 'kept', 'merged', 'layered'].map((name) => [
          name,
          { type: 'string', default: DEFAULT },
        ]),
      ),
      joined: { type: 'comma_delimited_list', default: DEFAULT },
    },
    conditions: { isCleared: { equals: [param('cleared'), DEFAULT] } },
    resources: {
      random: { type: 'OS::Heat::RandomString', properties: { length: 16 } },
      text: value({ get_file: TEXT }),
      [own]: value({ get_attr: ['random', 'value'] }),
      extra: { ...value('x'), condition: 'isCleared', depends_on: own },
      link1: {
        type: 'OS::Heat::TestResource',
        depends_on: own,
        properties: { value: param('value'), update_replace: param('replace') },
      },
    },
    outputs: {
      random: { value: { get_attr: ['random', 'value'] } },
      last: { value: { get_attr: ['link1', 'output'] } },
      cleared: { value: param('cleared') },
      kept: { value: param('kept') },
      merged: { value: param('merged') },
      layered: { value: param('layered') },
      joined: { value: param('joined') },
      text: { value: { get_attr: ['text', 'value'] } },
      choice: { value: { if: ['isCleared', 'cleared', 'given'] } },
    },
  };
}

/**
 * A stack whose changes also give it other resources, tags, files, another environment and time-out. Heat
 * merges these with the old ones for `PATCH`, and replaces the old ones for `PUT`.
 */
export function reshapedBlueprint(): Blueprint {
  return {
    template: template('leaving'),
    files: {
      [TEXT]: 'first',
      [OWN_ENVIRONMENT]: JSON.stringify({
        parameters: { cleared: BY_USER },
        parameter_defaults: { kept: 'by the first environment' },
      }),
      ...environments('first', 'second'),
    },
    environmentFiles: [OWN_ENVIRONMENT, ...ENVIRONMENTS],
    tags: ['load'],
    parts: ['random', 'text', 'leaving', 'link1'],
    shapes: {
      reshape: {
        body: {
          template: template('joining'),
          clear_parameters: ['cleared'],
          environment: { parameter_defaults: { merged: 'by the second environment' } },
          files: { [TEXT]: 'second' },
          tags: 'patched',
          timeout_mins: TIMEOUT_MINUTES.reshape,
        },
        parts: ['random', 'text', 'joining', 'extra', 'link1'],
        outputs: {
          cleared: DEFAULT,
          kept: 'by the first environment',
          merged: 'by the second environment',
          layered: 'by the second',
          joined: ['first', 'second'],
          text: 'second',
          choice: 'cleared',
        },
      },
      redefine: {
        body: {
          template: template('last'),
          parameters: { cleared: BY_USER },
          files: { [TEXT]: 'third', ...environments('third', 'fourth') },
          environment_files: ENVIRONMENTS,
          tags: 'put',
          timeout_mins: TIMEOUT_MINUTES.redefine,
        },
        parts: ['random', 'text', 'last', 'link1'],
        outputs: {
          cleared: BY_USER,
          kept: DEFAULT,
          merged: DEFAULT,
          layered: 'by the fourth',
          joined: ['third', 'fourth'],
          text: 'third',
          choice: 'given',
        },
      },
    },
  };
}
