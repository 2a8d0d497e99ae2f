import { readRun } from '../../../events/codec.ts';
import { writeReports } from '../../../report/files/files.ts';
import { judge } from '../../../verdict/judge.ts';
import type { CliContext } from '../../context.ts';
import { tellGithub } from './github.ts';
import type { Program } from '../verb.ts';

/** `rollgate report`: every report again, from the saved events. */
export function addReport(program: Program, context: CliContext): void {
  program
    .command('report')
    .description('write the reports of a saved run anew, and name their files')
    .argument('<dir>', 'a run folder')
    .action(async (directory) => {
      const events = await readRun(directory);
      const verdict = judge(events);
      const files = await writeReports(directory, events, verdict);
      context.stdout(files.join('\n'));
      await tellGithub(context, { verdict, directory });
    });
}
