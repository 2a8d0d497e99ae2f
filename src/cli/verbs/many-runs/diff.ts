import { join, resolve } from 'node:path';
import { readStarted } from '../../../events/codec.ts';
import { EXIT } from '../../../exit.ts';
import { replaceFile } from '../../../files/write.ts';
import { preparePlan, type PreparedPlan } from '../../../runs/prepare.ts';
import type { ScenarioInput } from '../../../scenario/schema.ts';
import { scenarioInput } from '../../../scenario/write-scenario.ts';
import type { Planning } from '../../../subject/registry.ts';
import {
  differential,
  type Differential,
  type Trait,
} from '../../../verdict/many-runs/differential.ts';
import type { Side } from '../../../words.ts';
import type { CliContext } from '../../context.ts';
import { outOption } from '../../options/out.ts';
import { overridesOf, scenarioOptions } from '../../options/scenario/scenario.ts';
import { planningOf } from '../../options/subject.ts';
import { table } from '../../table.ts';
import type { Program } from '../verb.ts';
import { runSeries, type PlannedRun } from './run-sequence.ts';
import { seriesFolder } from './series.ts';

/** `rollgate diff`: differences that only old and new side by side show. */
export function addDiff(program: Program, context: CliContext): void {
  scenarioOptions(program.command('diff'))
    .description(
      'roll base to base, base to target and target to target, and compare what they show',
    )
    .addOption(
      outOption(
        '--out <dir>',
        'folder of the three runs; with the same folder an interrupted series goes on. Default: a new one below runs/',
      ),
    )
    .option('--json', 'print the differences as JSON')
    .action(async (scenario, options) => {
      const plans = await threePlans(
        scenario,
        overridesOf(options),
        await planningOf(options, scenario),
      );
      const directory = resolve(options.out ?? seriesFolder('diff'));
      await runSeries(plans, directory, context, () => Promise.resolve());
      const [base, mixed, target] = await Promise.all(
        plans.map(({ folder }) => readStarted(join(directory, folder))),
      );
      const found = differential({ base: base ?? [], mixed: mixed ?? [], target: target ?? [] });
      const text = `${JSON.stringify(found, null, 2)}\n`;
      await replaceFile(join(directory, 'diff.json'), text);
      context.stdout(options.json === true ? text.trimEnd() : render(found));
      context.stderr(`diff.json and the three runs are in ${directory}`);
      if (found.findings.some(({ harm }) => harm)) context.exit(EXIT.requirementFailed);
    });
}

/** Base to base, base to target, target to target: one seed, one choreography, one load. */
async function threePlans(
  scenario: string,
  overrides: Parameters<typeof preparePlan>[0]['overrides'],
  planning: Planning,
): Promise<readonly PlannedRun[]> {
  const prepare = (input: string | ScenarioInput): Promise<PreparedPlan> =>
    preparePlan({
      scenario: input,
      ...planning,
      ...(typeof input === 'string' ? { overrides } : {}),
    });
  const mixed = await prepare(scenario);
  const input = scenarioInput(mixed);
  const { overlay } = mixed.scenario;
  const alone = (side: Side): Promise<PreparedPlan> =>
    prepare({
      ...input,
      base: input[side],
      target: input[side],
      overlay: { ...overlay, base: overlay[side], target: overlay[side] },
    });
  return [
    { prepared: await alone('base'), folder: 'base-to-base' },
    { prepared: mixed, folder: 'base-to-target' },
    { prepared: await alone('target'), folder: 'target-to-target' },
  ];
}

function render({ findings, added, gone }: Differential): string {
  return [
    ...section(
      'Only where base and target ran side by side',
      findings,
      'nothing: every difference also shows in a roll of one release',
    ),
    '',
    ...section('Only at the target', added, 'nothing'),
    '',
    ...section('Only at the base', gone, 'nothing'),
  ].join('\n');
}

function section(title: string, traits: readonly Trait[], none: string): readonly string[] {
  if (traits.length === 0) return [`${title}: ${none}`];
  const rows = traits.map(({ family, text, harm, count }) => [
    harm ? '✘' : ' ',
    family,
    `${count} ×`,
    text,
  ]);
  return [title, table(rows, '  ')];
}
