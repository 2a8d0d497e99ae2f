import { PassThrough } from 'node:stream';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import type { CliContext } from '../../src/cli/context.ts';
import { createProgram } from '../../src/cli/program.ts';
import { loadVerbs } from '../../src/cli/verbs/registry.ts';

/** The width of a line of help, whatever terminal writes the page. */
const COLUMNS = 100;

/** The page of all verbs: their help, under the headings that the help of rollgate has. */
export async function renderCli(): Promise<string> {
  const program = createProgram(silent(), await loadVerbs(undefined));
  const verbs = Map.groupBy(program.commands, (verb) => verb.helpGroup().replace(/:$/, ''));
  return [
    '# Command line',
    '',
    'Made from `--help` by `npm run docs:reference`. How they are used: [commands.md](commands.md).',
    '',
    ...[...verbs].map(
      ([heading, group]) =>
        `- ${heading}: ${group.map((verb) => `[${verb.name()}](#${verb.name()})`).join(', ')}`,
    ),
    '',
    '## Options of every verb, exit status',
    ...fence(withoutVerbs(helpOf(program), [...verbs.keys()])),
    ...[...verbs].flatMap(([heading, group]) => [
      '',
      `## ${heading}`,
      ...group.flatMap(renderVerb),
    ]),
    '',
  ].join('\n');
}

/** The help of rollgate without its list of verbs, which the page has by itself. */
function withoutVerbs(help: string, headings: readonly string[]): string {
  const sections = help.split('\n\n');
  const isList = (section: string): boolean =>
    ['Help', ...headings].some((heading) => section.startsWith(`${heading}:`));
  return sections.filter((section) => !isList(section)).join('\n\n');
}

function renderVerb(verb: CommandUnknownOpts): readonly string[] {
  return ['', `### ${verb.name()}`, ...leavesOf(verb).flatMap((leaf) => fence(helpOf(leaf)))];
}

/** The verb itself, or the verbs below it. */
function leavesOf(verb: CommandUnknownOpts): readonly CommandUnknownOpts[] {
  return verb.commands.length === 0 ? [verb] : verb.commands.flatMap(leavesOf);
}

function helpOf(command: CommandUnknownOpts): string {
  let text = '';
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
    getOutHelpWidth: () => COLUMNS,
  });
  command.outputHelp();
  return text.trim();
}

function fence(text: string): readonly string[] {
  return ['', '```text', text, '```'];
}

/** A world in which no verb is carried out: only help is asked for. */
function silent(): CliContext {
  return {
    stdout: () => {},
    stderr: () => {},
    progress: () => {},
    command: () => {},
    streams: { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() },
    env: {},
    args: [],
    color: false,
    isTTY: false,
    progressMode: () => 'quiet',
    columns: () => COLUMNS,
    signal: new AbortController().signal,
    exit: () => {},
  };
}
