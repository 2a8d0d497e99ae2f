import { Command, Option, type CommandUnknownOpts } from '@commander-js/extra-typings';
import picocolors from 'picocolors';
import { EXIT_MEANINGS } from '../exit.ts';
import { packageVersion } from '../package-version.ts';
import { PROGRESS, type CliContext } from './context.ts';
import { shownLines } from './errors.ts';
import { EXAMPLES } from './examples.ts';
import { placePages } from './pages.ts';
import type { AddVerb, Program } from './verbs/verb.ts';

/** The command line with these verbs. Ends by throwing commander's `CommanderError`, never the process. */
export function createProgram(context: CliContext, verbs: readonly AddVerb[]): Program {
  const paint = picocolors.createColors(context.color);
  const program: Program = new Command('rollgate')
    .description(
      'Upgrades a real OpenStack Heat in containers from one release to the next under load. Reports with evidence what broke, where and at which step.',
    )
    .version(packageVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .commandsGroup('Help:')
    .helpCommand('help [verb]', 'print help for a verb')
    .option('--debug', 'print stacks and causes of errors (or set ROLLGATE_DEBUG=1)')
    .addOption(
      new Option(
        '--progress <how>',
        'format of the progress on standard error. json: one JSON object per line; auto: tty on a terminal, else plain. Default: auto',
      ).choices(PROGRESS),
    )
    .usage('<verb> [options]')
    // Settings that the verbs inherit, so they come before the verbs.
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => context.stdout(placePages(text)),
      writeErr: (text) => context.stderr(text),
      // It repeats the user's input.
      outputError: (text, write) => write(`${shownLines(inOurWords(text.trimEnd())).join('\n')}\n`),
      getOutHasColors: () => context.color,
      getErrHasColors: () => context.color,
    })
    .configureHelp({ styleTitle: (title) => paint.bold(title) });
  for (const add of verbs) add(program, context);
  for (const verb of program.commands) addExamples(verb, [], paint.bold);
  program.addHelpText('after', () => helpAfter(paint.bold));
  return program;
}

/** Below the help of a verb and of its subverbs. */
function addExamples(
  command: CommandUnknownOpts,
  above: readonly string[],
  bold: (text: string) => string,
): void {
  const path = [...above, command.name()];
  // A group of verbs shows the first example of each.
  const firsts = command.commands.flatMap(
    (below) => EXAMPLES[[...path, below.name()].join(' ')]?.slice(0, 1) ?? [],
  );
  const examples = EXAMPLES[path.join(' ')] ?? firsts;
  const width = Math.max(0, ...examples.map(([text]) => text.length)) + 2;
  if (examples.length > 0) {
    const lines = examples.map(([text, what]) => `  ${text.padEnd(width)}${what}`);
    command.addHelpText('after', ['', bold('Examples:'), ...lines].join('\n'));
  }
  for (const below of command.commands) addExamples(below, path, bold);
}

function helpAfter(bold: (text: string) => string): string {
  const examples = [
    ['rollgate run', 'the default scenario, from nothing to a verdict'],
    ['rollgate run --from 2026.1 --to 2026.2', 'another pair of releases'],
    ['rollgate plan', 'the steps of the default scenario; starts nothing'],
    ['rollgate plan --choreography shared-vhost', 'the same upgrade, rolled another way'],
  ];
  const statuses = EXIT_MEANINGS.map(
    ([status, meaning]) => `  ${String(status).padEnd(5)}${meaning}`,
  );
  return [
    '',
    bold('Examples:'),
    ...examples.map(([command = '', what = '']) => `  ${command.padEnd(44)}${what}`),
    '',
    bold('Exit status:'),
    ...statuses,
    '',
    'Results go to standard output, progress to standard error.',
  ].join('\n');
}

/** Commander's text for a wrong argument, as it writes the one for a wrong option. */
function inOurWords(text: string): string {
  return text.replace(
    /^error: command-argument value ('[^]*') is invalid for argument '(\w+)'\./,
    "error: argument '$2': $1 is invalid.",
  );
}
