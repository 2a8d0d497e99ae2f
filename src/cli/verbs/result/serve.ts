import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { RollgateError } from '../../../errors.ts';
import { serveRuns } from '../../../serve/server.ts';
import { shortened } from '../../../text/shortened.ts';
import type { CliContext } from '../../context.ts';
import { formatError } from '../../errors.ts';
import { pathArgument } from '../../options/out.ts';
import type { Program } from '../verb.ts';

/** `rollgate serve`: the runs of a folder in a browser. */
export function addServe(program: Program, context: CliContext): void {
  program
    .command('serve')
    .description('show the runs of a folder in a browser, on loopback')
    .argument(
      '[dir]',
      'a folder of run folders, or a run folder. Default: runs',
      pathArgument('[dir]'),
    )
    .option('--port <number>', 'Default: a free port', portIn)
    .addHelpText('after', () =>
      [
        '',
        'All runs with their verdicts, a filter and the trend; each run’s report; two runs side by',
        'side; everything about one stack or request; and a run under way as it goes.',
        'It listens on 127.0.0.1, reads only, and follows no links. Ctrl-C ends it.',
      ].join('\n'),
    )
    .action(async (folder = 'runs', { port = 0 }) => {
      context.signal.throwIfAborted();
      await using server = await serveRuns({
        folder,
        port,
        onFailure: (error) =>
          context.stderr(formatError(error, { color: context.color, debug: false })),
      });
      // A lab on the same machine is being measured: reading must not slow it down.
      setPriority(constants.priority.PRIORITY_LOW);
      context.stdout(server.url);
      context.stderr('Ctrl-C ends it.');
      if (!context.signal.aborted) await once(context.signal, 'abort');
    });
}

/** @throws RollgateError `invalid-option` if it is not a port. */
function portIn(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  const found = JSON.stringify(shortened(text));
  throw new RollgateError('invalid-option', `--port: expected 0 to 65535, found ${found}`, {
    kind: 'usage',
  });
}
