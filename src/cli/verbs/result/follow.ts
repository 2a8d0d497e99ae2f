import { renderTrail } from '../../../report/terminal/trail.ts';
import { follow } from '../../../runs/follow/follow.ts';
import { openEngine } from '../../../runs/provision.ts';
import type { CliContext } from '../../context.ts';
import { pathArgument } from '../../options/out.ts';
import type { Program } from '../verb.ts';

/** `rollgate follow`: everything about one stack or one request, in time order. */
export function addFollow(program: Program, context: CliContext): void {
  program
    .command('follow')
    .description('show everything about one stack or one request, in time order')
    .argument('<run>', 'a run folder, or the name of a running lab', pathArgument('<run>'))
    .argument('<what>', 'an object’s name or id (e.g. of a stack), or a request id (req-…)')
    .option('--json', 'print JSON: an array of {at, kind, by, text}; `at` in milliseconds')
    .addHelpText('after', () =>
      [
        '',
        'The output joins requests and answers, HAProxy’s lines, the services’ log lines that name',
        'the stack or belong to its requests, its messages (sent, received, taken up), its rows in',
        'the database, and the steps of the roll at that time. Nested stacks are included.',
      ].join('\n'),
    )
    .action(async (where, wanted, { json }) => {
      const entries = await follow({
        where,
        wanted,
        openEngine: () => openEngine((line) => context.stderr(line)),
        signal: context.signal,
      });
      context.stdout(
        json === true
          ? JSON.stringify(entries, null, 2)
          : renderTrail(entries, { color: context.color }),
      );
    });
}
