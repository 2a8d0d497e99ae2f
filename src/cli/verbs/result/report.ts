import { Option } from '@commander-js/extra-typings';
import { readRun } from '../../../events/codec.ts';
import { withHome } from '../../../files/path.ts';
import { outputPlace, replaceFile } from '../../../files/write.ts';
import { REPORTS, TRACE, writeReports } from '../../../report/files/files.ts';
import { renderSubunit } from '../../../report/files/subunit.ts';
import { judge } from '../../../verdict/judge.ts';
import type { CliContext } from '../../context.ts';
import { pathArgument, traceOption } from '../../options/out.ts';
import type { Program } from '../verb.ts';
import { reportToGithub } from './github.ts';

/** `rollgate report`: every report again, from the saved events. */
export function addReport(program: Program, context: CliContext): void {
  program
    .command('report')
    .description('rewrite the reports of a saved run, and print their paths')
    .argument('<dir>', 'a run folder', pathArgument('<dir>'))
    .addOption(
      new Option(
        '--subunit <file>',
        'write the cases of junit.xml as subunit v2 too, as OpenStack’s jobs keep them',
      ).argParser(withHome),
    )
    .addOption(traceOption())
    .action(async (directory, { subunit, trace }) => {
      const place = subunit === undefined ? undefined : await outputPlace(subunit);
      const events = await readRun(directory);
      const verdict = judge(events);
      const files = await writeReports(directory, events, verdict, [
        ...REPORTS,
        ...(trace === true ? [TRACE] : []),
      ]);
      if (place !== undefined) await replaceFile(place, renderSubunit(events, verdict));
      context.stdout([...files, ...(subunit === undefined ? [] : [subunit])].join('\n'));
      await reportToGithub(context, { verdict, directory });
    });
}
