import { readRun } from '../../../events/codec.ts';
import { tryWriteReports } from '../../../report/files/files.ts';
import { renderVerdict } from '../../../report/terminal/summary/summary.ts';
import { exitStatusOfVerdict, judge } from '../../../verdict/judge.ts';
import type { CliContext } from '../../context.ts';
import { knownInWords } from '../../known-findings.ts';
import { pathArgument } from '../../options/out.ts';
import { summaryWidth } from '../../terminal.ts';
import type { Program } from '../verb.ts';

/** `rollgate judge`: the verdict again, from the saved events. */
export function addJudge(program: Program, context: CliContext): void {
  program
    .command('judge')
    .description('judge a saved run again from its events, and rewrite its reports')
    .argument('<dir>', 'a run folder', pathArgument('<dir>'))
    .option('--json', 'print verdict.json instead of the summary')
    .action(async (directory, { json }) => {
      const events = await readRun(directory);
      const verdict = judge(events);
      const unwritten = await tryWriteReports(directory, events, verdict);
      context.stdout(
        json === true
          ? JSON.stringify(verdict, null, 2)
          : renderVerdict(verdict, {
              color: context.color,
              directory,
              width: summaryWidth(context),
            }),
      );
      const known = json === true ? undefined : await knownInWords(verdict);
      if (known !== undefined) context.stdout(known);
      if (unwritten !== undefined) {
        context.stderr(`the reports are as before: ${unwritten.message}`);
      }
      context.exit(exitStatusOfVerdict(verdict));
    });
}
