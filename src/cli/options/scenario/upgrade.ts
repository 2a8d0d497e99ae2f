import { Option } from '@commander-js/extra-typings';
import type { Override } from '../../../document/overrides.ts';
import { RollgateError } from '../../../errors.ts';
import { INFRASTRUCTURE } from '../../../scenario/topology/infrastructure.ts';
import { shortened } from '../../../text/shortened.ts';
import { collect } from './source.ts';

/** The suite with the newest infrastructure, apart from unstable. */
const DEFAULT_SUITE = 'forky';

export const upgradeOption = () =>
  new Option(
    '--upgrade <service>',
    `swap an infrastructure service under the load: ${INFRASTRUCTURE.join(', ')}, or SERVICE=SUITE, or SERVICE=SUITE..SUITE to begin with an older one. Default suite: ${DEFAULT_SUITE}. May be repeated`,
  ).argParser(collect);

/** The scenario's schema reports unknown names. */
export function upgradeOverrides(options: readonly string[] = []): readonly Override[] {
  const named = new Set<string>();
  return options.map((text): Override => {
    const [, service, suite = DEFAULT_SUITE] = /^([^=]+)(?:=(.*))?$/s.exec(text) ?? [];
    const option = `--upgrade ${shortened(text)}`;
    const [from, to, ...further] = suite.split('..');
    if (service !== undefined && named.has(service)) {
      throw new RollgateError('invalid-option', `${option}: ${service} is named twice`, {
        kind: 'usage',
        hint: 'A service is swapped once in a run.',
      });
    }
    if (service !== undefined && further.length === 0) {
      named.add(service);
      const value = to === undefined ? suite : { from, to };
      return { option, path: ['infrastructure', service], value };
    }
    const message = `${option}: expected SERVICE, SERVICE=SUITE or SERVICE=SUITE..SUITE`;
    throw new RollgateError('invalid-option', message, {
      kind: 'usage',
      hint: `For example: --upgrade mysql=${DEFAULT_SUITE}`,
    });
  });
}
