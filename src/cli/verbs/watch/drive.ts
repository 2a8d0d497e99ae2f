import { join } from 'node:path';
import { Option, type OptionValues } from '@commander-js/extra-typings';
import { RollgateError } from '../../../errors.ts';
import { makeFolder } from '../../../files/folder.ts';
import { kindAt, withHome } from '../../../files/path.ts';
import { replaceFile } from '../../../files/write.ts';
import type { Plan } from '../../../plan/plan.ts';
import { renderPlan } from '../../../plan/render/render.ts';
import { RELEASE_FORMS } from '../../../release/spec.ts';
import { RUN_FOLDER } from '../../../run-folder.ts';
import { preparePlan } from '../../../runs/prepare.ts';
import { plain } from '../../../text/plain.ts';
import { shortened } from '../../../text/shortened.ts';
import { ansibleDriver, commandDriver, inShell, type Driver } from '../../../watch/drive/driver.ts';
import { ServedAgain } from '../../../watch/drive/served-again.ts';
import { turnsOf, type Turn } from '../../../watch/drive/turns.ts';
import type { CliContext } from '../../context.ts';
import { checkScenarioName } from '../../meant.ts';
import { durationIn } from '../../options/duration.ts';
import { overridesOf } from '../../options/scenario/scenario.ts';
import { planningOf } from '../../options/subject.ts';
import type { BareVerb, Program } from '../verb.ts';
import { cloudOf, judgeCloud } from './judge-cloud.ts';
import { cloudOptions, notEmpty } from './options.ts';

const DRIVERS = ['command', 'ansible'] as const;

/** `rollgate drive`: the gate says when to go on, and the deployer does it. */
export function addDrive(program: Program, context: CliContext): void {
  driveOptions(program.command('drive')).action(async (scenario, options) => {
    const driver = driverOf(options);
    const { from, to, choreography, topology, set } = options;
    const { plan } = await preparePlan({
      scenario,
      overrides: overridesOf({ from, to, choreography, topology, set }),
      ...(await planningOf({}, scenario)),
    });
    const turns = turnsOf(plan);
    if (options.plan === true) return context.stdout(renderTurns(turns, driver));
    const cloud = await cloudOf(options, context);
    const drive = {
      turns,
      driver,
      servedAgain: new ServedAgain(),
      patienceSeconds: options.patience,
    };
    return judgeCloud(cloud, options, { ...drivenBy(plan), drive }, context);
  });
}

/** What the watch records of the plan that it drives. */
function drivenBy(plan: Plan) {
  return {
    // The plan has its own baseline.
    baselineSeconds: 0,
    upgrade: {
      scenario: plan.scenario,
      choreography: plan.choreography,
      topology: plan.topology.name,
      base: plan.base,
      target: plan.target,
    },
    onFolder: async (directory: string) => {
      const text = `${renderPlan(plan, { color: false })}\n`;
      await makeFolder(directory);
      await replaceFile(join(directory, RUN_FOLDER.plan), text);
    },
  };
}

/** The plan, and the program that does its steps. */
function driveOptions<Globals extends OptionValues>(command: BareVerb<Globals>) {
  return cloudOptions(command)
    .description(
      'upgrade a cloud step by step: the gate decides when to go on, your deployer does each step',
    )
    .argument(
      '[scenario]',
      'a name in lab/scenarios or the path of a YAML file: its plan is carried out',
      (name: string): string => {
        checkScenarioName(name, 'drive');
        return name;
      },
      'default',
    )
    .option('--from <release>', `the release that the cloud has: ${RELEASE_FORMS}`)
    .option('--to <release>', 'the release to upgrade to')
    .option('--choreography <name>', 'the order of the steps, as for rollgate plan')
    .option('--topology <name>', 'the cloud’s nodes: a name in lab/topologies or a YAML file')
    .option(
      '--set <path=value>',
      'set any value of the scenario, e.g. durations.mixedSeconds=30. May be repeated',
      (value: string, before: readonly string[] | undefined): readonly string[] => [
        ...(before ?? []),
        value,
      ],
    )
    .addOption(
      new Option('--driver <name>', 'who does a step').choices(DRIVERS).makeOptionMandatory(),
    )
    .option(
      '--command <command>',
      'with --driver command: a shell command; see ROLLGATE_KIND',
      (text: string): string => notEmpty('--command', text),
    )
    .option(
      '--playbook <file>',
      'with --driver ansible: it gets the variable gate',
      (text: string): string => notEmpty('--playbook', text),
    )
    .option(
      '--inventory <file>',
      'with --driver ansible: in the form of ansible-playbook',
      (text: string): string => notEmpty('--inventory', text),
    )
    .option(
      '--limit <pattern>',
      'with --driver ansible: the hosts of a step about a node. Default: {node}',
    )
    .option(
      '--patience <duration>',
      'how long the gate waits after a step until everything is served again',
      durationIn('--patience'),
      120,
    )
    .option('--plan', 'only print each step with the program that does it');
}

/** @throws RollgateError `invalid-option`. */
function driverOf(options: {
  readonly driver: (typeof DRIVERS)[number];
  readonly command?: string | undefined;
  readonly playbook?: string | undefined;
  readonly inventory?: string | undefined;
  readonly limit?: string | undefined;
}): Driver {
  const { driver, command, playbook, inventory, limit } = options;
  const wanted = driver === 'command' ? { command } : { playbook };
  const others = driver === 'command' ? { playbook, inventory, limit } : { command };
  const wrong = [
    ...Object.entries(wanted).flatMap(([name, value]) =>
      value === undefined ? [`--driver ${driver} needs --${name}`] : [],
    ),
    ...Object.entries(others).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name} is not for --driver ${driver}`],
    ),
  ];
  if (playbook !== undefined && kindAt(withHome(playbook)) !== 'file') {
    wrong.push(`--playbook: there is no file ${shortened(playbook)}`);
  }
  if (wrong.length > 0) {
    throw new RollgateError('invalid-option', wrong.join('\n'), { kind: 'usage' });
  }
  return driver === 'command'
    ? commandDriver(command ?? '')
    : ansibleDriver({ playbook: playbook ?? '', inventory, limit });
}

/** A line for each step, and the program that does it below. */
function renderTurns(turns: readonly Turn[], driver: Driver): string {
  return turns
    .flatMap((turn) =>
      turn.kind === 'hold'
        ? [turn.name]
        : turn.deeds.flatMap((deed) => [
            `${deed.step} ${deed.name}`,
            `    ${plain(inShell(driver.program(deed)))}`,
          ]),
    )
    .join('\n');
}
