import { renderTrail } from '../../../report/terminal/trail.ts';
import { follow } from '../../../runs/follow/follow.ts';
import { openEngine } from '../../../runs/provision.ts';
import type { CliContext } from '../../context.ts';
import type { Program } from '../verb.ts';

/** `rollgate follow`: everything about one stack or one request, in the order of time. */
export function addFollow(program: Program, context: CliContext): void {
  program
    .command('follow')
    .description('show everything about one stack or one request, in the order of time')
    .argument('<run>', 'a run folder, or the name of a lab that stands')
    .argument('<what>', 'a stack’s name or id, or a request id (req-…)')
    .option('--json', 'an array of {at, kind, by, text}; `at` in milliseconds')
    .addHelpText('after', () =>
      [
        '',
        'It joins the requests and their answers, HAProxy’s lines, the log lines of every service',
        'that name the stack or belong to its requests, its messages (sent, received, taken up),',
        'the database’s rows, and the steps of the roll meanwhile. Nested stacks are included.',
        '',
        'Examples:',
        '  rollgate follow runs/DIR rollgate-1-3-replace',
        '  rollgate follow runs/DIR req-43173a0e-0dd2-4f3a-9f3c-6a3f5b1c8d11',
        '  rollgate follow lab my-stack               a lab that `rollgate up` started',
        '  rollgate follow runs/DIR my-stack | grep ERROR',
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
