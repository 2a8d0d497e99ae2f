import { findLab } from '../../../lab/find.ts';
import { randomLabName } from '../../../lab/labels.ts';
import { labStatus } from '../../../lab/status.ts';
import { checkedDump } from '../../../runs/database-dump.ts';
import { deployBase } from '../../../runs/deploy-base.ts';
import { provision } from '../../../runs/provision.ts';
import type { CliContext } from '../../context.ts';
import { designOfLab, labOptions } from '../../options/lab.ts';
import { newLabNameOption } from '../../options/out.ts';
import { configOption, environmentOption, fileOption } from '../../options/scenario/config.ts';
import { databaseOption } from '../../options/scenario/database.ts';
import { deployerOption } from '../../options/scenario/scenario.ts';
import { patchOption, withOption } from '../../options/scenario/source.ts';
import { chosenSubject, subjectOption } from '../../options/subject.ts';
import { renderStatus } from '../lab/status.ts';
import type { Program } from '../verb.ts';

export const DEFAULT_LAB = 'lab';

/** `rollgate up`: a lab that stays. */
export function addUp(program: Program, context: CliContext): void {
  labOptions(program.command('up'))
    .description('start a lab that stays until `rollgate down`')
    .addOption(subjectOption())
    .addOption(patchOption('patch the source of the release. May be repeated'))
    .addOption(
      withOption(
        'replace a Python package by a source tree, or patch it: oslo_messaging=PATH. May be repeated',
      ),
    )
    .addOption(deployerOption())
    .addOption(configOption())
    .addOption(fileOption())
    .addOption(environmentOption())
    .addOption(databaseOption())
    .addOption(newLabNameOption('the lab’s name').default(DEFAULT_LAB))
    .option('--json', 'print JSON: the lab in the format of `status --json`')
    .action(async ({ name, json, ...options }) => {
      const subject = await chosenSubject(options);
      const { plan, release, overlays } = await designOfLab({ ...options, subject });
      const { signal } = context;
      const onProgress = (line: string): void => context.stderr(line);
      const engine = await provision({
        subject,
        releases: [release],
        overlays,
        onProgress,
        signal,
      });
      const givenDatabase = await checkedDump({ engine, plan, name: randomLabName('up'), signal });
      const lab = await deployBase(engine, plan, { name, givenDatabase, onProgress, signal });
      await lab.keep();
      const status = await labStatus(await findLab(engine, name), lab);
      context.stdout(
        json === true ? JSON.stringify(status, null, 2) : renderStatus([status], context.color),
      );
    });
}
