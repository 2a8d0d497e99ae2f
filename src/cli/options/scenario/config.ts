import { Option } from '@commander-js/extra-typings';
import type { Override } from '../../../document/overrides.ts';
import { RollgateError } from '../../../errors.ts';
import { withHome } from '../../../files/path.ts';
import { MIB, readTextSync } from '../../../files/read.ts';
import { NotASetting, readSettings } from '../../../preflight/own-configuration.ts';
import { SAME_AS_BASE } from '../../../release/spec.ts';
import { ALL, mergeConfigs, type Config } from '../../../scenario/config.ts';
import { shortened } from '../../../text/shortened.ts';
import { emptyPath } from '../out.ts';
import { collect } from './source.ts';

export const configOption = () =>
  new Option(
    '--config <option>',
    'set an option of the configuration: SECTION.KEY=VALUE. The value null removes the option, so that the service’s own default holds. A prefix limits it to a side, a node or a service: target:, node1:, heat-engine:, node1/heat-api:. May be repeated',
  ).argParser(collect);

export const configToOption = () =>
  new Option(
    '--config-to <file>',
    'an oslo.config file with options that the target has over the base’s. Without --to the release stays, and these options are the upgrade',
  );

export const fileOption = () =>
  new Option(
    '--file <path=file>',
    'put a file into the containers, e.g. /etc/heat/policy.yaml=policy.yaml. Takes the prefixes of --config. May be repeated',
  ).argParser(collect);

export const environmentOption = () =>
  new Option(
    '--env <name=value>',
    'set an environment variable of the processes. Takes the prefixes of --config. May be repeated',
  ).argParser(collect);

/** After the scenario's own entries: an index past the end of a list is its end. */
const AT_END = 1_000_000;

/** The overrides of a scenario by these options. @throws RollgateError `invalid-option`. */
export function configOverrides(options: readonly string[] = []): readonly Override[] {
  return options.map((text, index): Override => {
    const option = `--config ${shortened(text)}`;
    const [, on, section, key, written] =
      /^(?:([^:.=]+):)?([^:.=]+)\.([^:.=]+)=(.*)$/.exec(text) ?? [];
    const value = written === 'null' ? null : written;
    if (section === undefined || key === undefined || value === undefined) {
      const example = '--config target:DEFAULT.max_resources_per_stack=100';
      throw notSo(option, 'SECTION.KEY=VALUE', example);
    }
    return on === undefined
      ? { option, path: ['config', section, key], value }
      : {
          option,
          path: ['configFor', AT_END + index],
          value: { on, config: { [section]: { [key]: value } } },
        };
  });
}

/**
 * Without another target, the base's release gets the options.
 *
 * @param file Its path.
 * @param to The target that another option names.
 * @throws RollgateError `invalid-option`, also for a file that cannot be read.
 */
export function configToOverrides(
  file: string | undefined,
  to: string | undefined,
): readonly Override[] {
  if (file === undefined) return [];
  if (file.trim() === '') throw emptyPath('--config-to', 'file');
  const option = `--config-to ${shortened(file)}`;
  const value = settingsIn(contentOf(file, option), option);
  if (Object.keys(value).length === 0) {
    throw new RollgateError('invalid-option', `${option}: the file sets no option`, {
      kind: 'usage',
      hint: 'It has the options that the target has over the base’s. Without one nothing is upgraded.',
    });
  }
  return [
    ...(to === undefined ? [{ option, path: ['target'], value: SAME_AS_BASE }] : []),
    { option, path: ['configTo'], value },
  ];
}

function settingsIn(text: string, option: string): Config {
  try {
    return mergeConfigs(
      readSettings(text).map(({ group, name, value }) => ({ [group]: { [name]: value } })),
    );
  } catch (error) {
    if (!(error instanceof NotASetting)) throw error;
    throw new RollgateError(
      'invalid-option',
      `${option}: line ${error.line} ${error.why}: ${shortened(error.message)}`,
      { kind: 'usage', hint: 'The file has to be one that oslo.config reads.' },
    );
  }
}

/** @throws RollgateError `invalid-option`, also for a file that cannot be read. */
export function fileOverrides(options: readonly string[] = []): readonly Override[] {
  return options.map((text, index): Override => {
    const [, on = ALL, path, file] = /^(?:([^:=]+):)?(\/[^:=]*)=(.+)$/.exec(text) ?? [];
    const option = `--file ${shortened(text)}`;
    if (path === undefined || file === undefined) {
      throw notSo(option, 'PATH=FILE', '--file target:/etc/heat/policy.yaml=./policy.yaml');
    }
    return {
      option,
      path: ['configFor', 2 * AT_END + index],
      value: { on, files: { [path]: contentOf(file, option) } },
    };
  });
}

/** For configuration, not for data, because it becomes part of the plan. */
const FILE_LIMIT_BYTES = 4 * MIB;

function contentOf(file: string, option: string): string {
  try {
    const what = 'file';
    return readTextSync(withHome(file), {
      what,
      code: 'invalid-option',
      limitBytes: FILE_LIMIT_BYTES,
    });
  } catch (error) {
    if (!(error instanceof RollgateError)) throw error;
    const { code, kind, message, cause } = error;
    throw new RollgateError(code, `${option}: ${message}`, { kind, cause });
  }
}

/** @throws RollgateError `invalid-option`. */
export function environmentOverrides(options: readonly string[] = []): readonly Override[] {
  return options.map((text, index): Override => {
    const [, on = ALL, name, value] = /^(?:([^:=]+):)?([A-Za-z_]\w*)=(.*)$/s.exec(text) ?? [];
    const option = `--env ${shortened(text)}`;
    if (name === undefined || value === undefined) {
      throw notSo(option, 'NAME=VALUE', '--env node1:OS_DEBUG=1');
    }
    return {
      option,
      path: ['configFor', 3 * AT_END + index],
      value: { on, environment: { [name]: value } },
    };
  });
}

function notSo(option: string, expected: string, example: string): RollgateError {
  return new RollgateError('invalid-option', `${option}: expected ${expected}`, {
    kind: 'usage',
    hint: `For example: ${example}`,
  });
}
