import { Option } from '@commander-js/extra-typings';
import { RollgateError } from '../errors.ts';
import type { Override } from '../scenario/overrides.ts';
import { collect } from './source-options.ts';

export const configOption = () =>
  new Option(
    '--config <option>',
    'an option of the configuration: SECTION.KEY=VALUE; of the target, a node, a service only: target:…, node1:…, heat-engine:…, node1/heat-api:…; may be repeated',
  ).argParser(collect);

/** Behind whatever the scenario has: an index past the end of a list is its end. */
const AT_END = 1_000_000;

/** What the options change in a scenario. @throws RollgateError `invalid-option`. */
export function configOverrides(options: readonly string[] = []): readonly Override[] {
  return options.map((text, index): Override => {
    const [, on, section, key, value] =
      /^(?:([^:.=]+):)?([^:.=]+)\.([^:.=]+)=(.*)$/.exec(text) ?? [];
    if (section === undefined || key === undefined || value === undefined) {
      throw new RollgateError('invalid-option', `--config ${text}: expected SECTION.KEY=VALUE`, {
        kind: 'usage',
        hint: 'For example: --config target:DEFAULT.max_resources_per_stack=100',
      });
    }
    const option = `--config ${text}`;
    return on === undefined
      ? { option, path: ['config', section, key], value }
      : {
          option,
          path: ['configFor', AT_END + index],
          value: { on, config: { [section]: { [key]: value } } },
        };
  });
}
