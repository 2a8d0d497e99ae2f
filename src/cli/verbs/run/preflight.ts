import { RollgateError } from '../../../errors.ts';
import { EXIT } from '../../../exit.ts';
import { withHome } from '../../../files/path.ts';
import { MIB, readText } from '../../../files/read.ts';
import { randomLabName } from '../../../lab/labels.ts';
import {
  NotASetting,
  readSettings,
  type OwnConfiguration,
} from '../../../preflight/own-configuration.ts';
import { blockingFor } from '../../../preflight/summary.ts';
import { renderPreflight } from '../../../report/terminal/preflight.ts';
import { checkedDump, typesIn } from '../../../runs/database-dump.ts';
import { preflight } from '../../../runs/preflight.ts';
import { checkChange, preparePlan } from '../../../runs/prepare.ts';
import { provision } from '../../../runs/provision.ts';
import { planningFor } from '../../../subject/registry.ts';
import { shortened } from '../../../text/shortened.ts';
import type { CliContext } from '../../context.ts';
import { overridesOf, scenarioOptions } from '../../options/scenario/scenario.ts';
import { chosenSubject } from '../../options/subject.ts';
import { summaryWidth } from '../../terminal.ts';
import type { Program } from '../verb.ts';

/** `rollgate preflight`: the forecasts of a comparison of two releases. */
export function addPreflight(program: Program, context: CliContext): void {
  scenarioOptions(program.command('preflight'))
    .description('compare the images of base and target; no service is started')
    .option('--all', 'also print findings that are only information, and every source location')
    .option(
      '--conf <file>',
      'your own configuration file: report options that the target does not know, refuses or has renamed',
    )
    .option(
      '--strict',
      'end with status 99 if the choreography does not avoid a blocking difference',
    )
    .option(
      '--json',
      'print JSON: an array of {id, area, severity, title, evidence, endangers, avoidedBy}',
    )
    .action(async (scenario, options) => {
      const subject = await chosenSubject(options, scenario);
      const prepared = await preparePlan({
        scenario,
        overrides: overridesOf(options),
        ...(await planningFor(subject)),
      });
      checkChange(prepared);
      const { plan } = prepared;
      const { signal } = context;
      const configuration =
        options.conf === undefined ? undefined : await readConfiguration(options.conf);
      const engine = await provision({
        subject,
        releases: [plan.base, plan.target],
        overlays: plan.overlays,
        onProgress: (line) => context.stderr(line),
        signal,
      });
      const name = randomLabName('preflight');
      const types = typesIn(await checkedDump({ engine, plan, name, signal }));
      const result = await preflight({ engine, plan, configuration, types, name, signal });
      const { choreography } = plan;
      context.stdout(
        options.json === true
          ? JSON.stringify(result.findings, null, 2)
          : renderPreflight(
              { ...result, choreography },
              { color: context.color, width: summaryWidth(context), all: options.all === true },
            ),
      );
      const blocked = blockingFor(result.findings, choreography).length > 0;
      context.exit(options.strict === true && blocked ? EXIT.requirementFailed : EXIT.proven);
    });
}

const CONFIGURATION = {
  what: 'configuration',
  limitBytes: MIB,
  code: 'invalid-configuration',
} as const;

/** @throws RollgateError `invalid-configuration` with the line. */
async function readConfiguration(file: string): Promise<OwnConfiguration> {
  const text = await readText(withHome(file), CONFIGURATION);
  try {
    return { file, settings: readSettings(text) };
  } catch (error) {
    if (!(error instanceof NotASetting)) throw error;
    throw new RollgateError(
      'invalid-configuration',
      `${file}:${error.line}: the line ${error.why}: ${shortened(error.message)}`,
      { kind: 'usage', hint: 'The file has to be one that oslo.config reads.' },
    );
  }
}
