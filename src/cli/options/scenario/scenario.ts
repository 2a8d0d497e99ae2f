import { Option, type OptionValues } from '@commander-js/extra-typings';
import { listLabFiles } from '../../../document/lab-files.ts';
import { parseSet, type Override } from '../../../document/overrides.ts';
import { CHOREOGRAPHY_NAMES } from '../../../plan/choreographies/registry.ts';
import { RELEASE_FORMS } from '../../../release/spec.ts';
import { wrap } from '../../../report/line.ts';
import { NO_DEPLOYER } from '../../../scenario/deployer/choice.ts';
import { TEXT_PATHS } from '../../../scenario/read-scenario.ts';
import { TAGS } from '../../../scenario/tag.ts';
import { checkScenarioName } from '../../meant.ts';
import type { BareVerb } from '../../verbs/verb.ts';
import { subjectOption } from '../subject.ts';
import {
  configOption,
  configOverrides,
  configToOption,
  configToOverrides,
  environmentOption,
  environmentOverrides,
  fileOption,
  fileOverrides,
} from './config.ts';
import { databaseOption, databaseOverrides } from './database.ts';
import {
  baseImageOption,
  patchOption,
  sourceOverrides,
  withOption,
  type SourceOptions,
} from './source.ts';
import { upgradeOption, upgradeOverrides } from './upgrade.ts';
import { zuulOption, zuulOverrides } from './zuul.ts';

/** The values of the options that `scenarioOptions` adds. */
export interface ScenarioOptions extends SourceOptions {
  readonly subject?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly choreography?: string | undefined;
  readonly deployer?: string | undefined;
  readonly topology?: string | undefined;
  readonly seed?: string | undefined;
  readonly require?: readonly string[] | undefined;
  readonly config?: readonly string[] | undefined;
  readonly configTo?: string | undefined;
  readonly file?: readonly string[] | undefined;
  readonly env?: readonly string[] | undefined;
  readonly database?: string | undefined;
  readonly upgrade?: readonly string[] | undefined;
  readonly set?: readonly string[] | undefined;
  readonly zuul?: string | undefined;
}

/** `--deployer`: also for a lab that stays. */
export function deployerOption(): Option<'--deployer <name>'> {
  const names = [NO_DEPLOYER, ...listLabFiles('deployer')].join(', ');
  return new Option(
    '--deployer <name>',
    `the deployment project whose settings the lab takes: ${names}; or the path of a YAML file with your own profile`,
  );
}

/** The scenario argument and the options that change a scenario: the same for every verb that takes a scenario. */
export function scenarioOptions<Globals extends OptionValues>(
  command: BareVerb<Globals>,
  { scenario = 'default' }: { readonly scenario?: string } = {},
) {
  return command
    .argument(
      '[scenario]',
      'a name in lab/scenarios or the path of a YAML file',
      (name: string): string => {
        checkScenarioName(name, command.name());
        return name;
      },
      scenario,
    )
    .addOption(subjectOption())
    .option('--from <release>', `the release to upgrade from: ${RELEASE_FORMS}`)
    .option('--to <release>', 'the release to upgrade to')
    .addOption(baseImageOption())
    .addOption(patchOption())
    .addOption(withOption())
    .addOption(zuulOption())
    .addOption(configOption())
    .addOption(configToOption())
    .addOption(fileOption())
    .addOption(databaseOption())
    .addOption(upgradeOption())
    .addOption(environmentOption())
    .option(
      '--choreography <name>',
      `how to roll: ${CHOREOGRAPHY_NAMES.join(', ')}. For another subject see docs/subjects.md`,
    )
    .addOption(deployerOption())
    .option('--topology <name>', 'a name in lab/topologies or the path of a YAML file')
    .option(
      '--seed <number>',
      'seed for every random choice. Default: the scenario’s, otherwise a random one that is printed',
    )
    .addOption(
      new Option(
        '--require <tag>',
        `a tag that must be proven; replaces the scenario’s tags. May be repeated: ${TAGS.join(', ')}`,
      ).argParser((value: string, before: readonly string[] | undefined): readonly string[] => [
        ...(before ?? []),
        value,
      ]),
    )
    .addOption(
      new Option(
        '--set <path=value>',
        'set any value of the scenario, e.g. load.workload.rate=1. May be repeated',
      ).argParser((value: string, before: readonly string[] | undefined): readonly string[] => [
        ...(before ?? []),
        value,
      ]),
    )
    .addHelpText('after', () =>
      [
        '',
        listed('Scenarios:  ', listLabFiles('scenario')),
        listed('Topologies: ', listLabFiles('topology')),
      ].join('\n'),
    );
}

/** Names behind a heading, on lines of a terminal's width. */
function listed(heading: string, names: readonly string[]): string {
  const lines = wrap(names.join(', '), HELP_WIDTH - heading.length);
  return heading + lines.join(`\n${' '.repeat(heading.length)}`);
}

const HELP_WIDTH = 80;

/**
 * The overrides of a scenario by the options. `--set` comes last, because it is the most specific.
 *
 * @throws RollgateError `invalid-option`.
 */
export function overridesOf(options: ScenarioOptions): readonly Override[] {
  const named: readonly (readonly [string, string, unknown])[] = [
    ['--from', 'base', options.from],
    ['--to', 'target', options.to],
    ['--choreography', 'choreography', options.choreography],
    ['--deployer', 'deployer', options.deployer],
    ['--topology', 'topology', options.topology],
    ['--seed', 'seed', numberIn(options.seed)],
    ['--require', 'require', options.require],
  ];
  return [
    ...named
      .filter(([, , value]) => value !== undefined)
      .map(([option, key, value]) => ({ option, path: [key], value })),
    ...zuulOverrides(options.zuul),
    ...sourceOverrides(options),
    ...configOverrides(options.config),
    ...configToOverrides(options.configTo, options.to),
    ...fileOverrides(options.file),
    ...environmentOverrides(options.env),
    ...databaseOverrides(options.database),
    ...upgradeOverrides(options.upgrade),
    ...(options.set ?? []).map((text) => parseSet(text, TEXT_PATHS)),
  ];
}

/**
 * A number if the text is one; otherwise the text, so that the scenario's schema reports the
 * problem.
 */
function numberIn(text: string | undefined): number | string | undefined {
  return text !== undefined && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
