import { Option } from '@commander-js/extra-typings';
import type { Override } from '../../../document/overrides.ts';
import { INFRASTRUCTURE } from '../../../scenario/topology/infrastructure.ts';
import { collect } from './source.ts';

/** The suite with the newest infrastructure that is not unstable. */
const DEFAULT_SUITE = 'forky';

export const upgradeOption = () =>
  new Option(
    '--upgrade <service>',
    `swap an infrastructure service under the load: ${INFRASTRUCTURE.join(', ')}, or SERVICE=SUITE. Default suite: ${DEFAULT_SUITE}. May be repeated`,
  ).argParser(collect);

/** What the scenario's schema does not know, it names. */
export function upgradeOverrides(options: readonly string[] = []): readonly Override[] {
  return options.map((text): Override => {
    const [service = '', suite = DEFAULT_SUITE] = text.split('=', 2);
    return { option: `--upgrade ${text}`, path: ['infrastructure', service], value: suite };
  });
}
