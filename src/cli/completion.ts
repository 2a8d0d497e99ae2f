import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { listLabFiles } from '../document/lab-files.ts';
import { CHOREOGRAPHY_NAMES } from '../plan/choreographies/registry.ts';
import { TAGS } from '../scenario/tag.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** A verb, with its possible arguments. */
export interface CompletedVerb {
  /** `images build` */
  readonly path: string;
  readonly description: string;
  readonly verbs: readonly string[];
  readonly options: readonly {
    readonly flag: string;
    readonly description: string;
    /** Empty if any value may follow, or none. */
    readonly values: readonly string[];
    /** Whether a path may follow as well. */
    readonly isOpen: boolean;
  }[];
  /** The values of its first argument, if it has a choice. */
  readonly values: readonly string[];
}

/** All verbs of a command line; the first is the command line itself. */
export function completedVerbs(
  command: CommandUnknownOpts,
  path: readonly string[] = [],
): readonly CompletedVerb[] {
  const [argument] = command.registeredArguments;
  return [
    {
      path: path.join(' '),
      description: firstLine(command.description()),
      verbs: command.commands.map((one) => one.name()),
      options: command.options.filter((one) => !one.hidden).map(completedOption),
      values: argument?.argChoices ?? namesFor(argument?.name() ?? ''),
    },
    ...command.commands.flatMap((one) => completedVerbs(one, [...path, one.name()])),
  ];
}

function completedOption({ long, short, description, argChoices }: Option) {
  return {
    flag: long ?? short ?? '',
    description: firstLine(description),
    values: argChoices ?? namesFor(long ?? ''),
    isOpen: argChoices === undefined,
  };
}

/** The shipped names of the arguments and options that take a path as well. */
const NAMES: Readonly<Record<string, () => readonly string[]>> = {
  scenario: () => listLabFiles('scenario'),
  '--choreography': () => CHOREOGRAPHY_NAMES,
  '--topology': () => listLabFiles('topology'),
  '--deployer': () => listLabFiles('deployer'),
  '--require': () => TAGS,
};

function namesFor(name: string): readonly string[] {
  return Object.hasOwn(NAMES, name) ? (NAMES[name]?.() ?? []) : [];
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}

/** A script that a shell sources. It starts no process when a key is pressed. */
export function completionScript(shell: Shell, verbs: readonly CompletedVerb[]): string {
  switch (shell) {
    case 'bash':
      return bash(verbs);
    case 'zsh':
      // zsh runs bash's, with its own emulation.
      return `autoload -U +X bashcompinit && bashcompinit\n${bash(verbs)}`;
    case 'fish':
      return fish(verbs);
  }
}

function bash(verbs: readonly CompletedVerb[]): string {
  const cases = verbs.flatMap(({ path, verbs: below, options, values }) => [
    `    ${quoted(path)})`,
    `      words=${quoted([...below, ...values].join(' '))}`,
    `      flags=${quoted(options.map(({ flag }) => flag).join(' '))} ;;`,
  ]);
  const chosen = verbs.flatMap(({ path, options }) =>
    options
      .filter(({ values }) => values.length > 0)
      .map(
        ({ flag, values }) =>
          `    ${quoted(`${path} ${flag}`)}) words=${quoted(values.join(' '))} ;;`,
      ),
  );
  const subverbs = verbs.filter(({ path }) => path !== '').map(({ path }) => quoted(path));
  return [
    '_rollgate() {',
    '  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}',
    '  local path="" words="" flags="" word',
    '  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
    '    case "${path:+$path }$word" in',
    `      ${subverbs.join('|')}) path="\${path:+$path }$word" ;;`,
    '    esac',
    '  done',
    '  case "$path" in',
    ...cases,
    '  esac',
    '  case "$path $previous" in',
    ...chosen,
    '    *) [[ $current == -* ]] && words="$flags" ;;',
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    '}',
    'complete -o default -F _rollgate rollgate',
  ].join('\n');
}

function fish(verbs: readonly CompletedVerb[]): string {
  return verbs
    .flatMap(({ path, verbs: below, options, values }) => {
      const words = path.split(' ').filter(Boolean);
      const seen = words.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
      const not = below.length > 0 ? `not __fish_seen_subcommand_from ${below.join(' ')}` : '';
      const condition = (parts: readonly string[]): string => {
        const text = parts.filter(Boolean).join('; and ');
        return text === '' ? '' : ` -n ${quoted(text)}`;
      };
      const describe = (name: string): string =>
        verbs.find((one) => one.path === [...words, name].join(' '))?.description ?? '';
      return [
        ...below.map(
          (name) =>
            `complete -c rollgate -f${condition([seen, not])} -a ${quoted(name)} -d ${quoted(describe(name))}`,
        ),
        ...values.map((value) => `complete -c rollgate -f${condition([seen])} -a ${quoted(value)}`),
        ...options.map(({ flag, description, values: choices, isOpen }) => {
          const name = flag.replace(/^--?/, '');
          const kind = isOpen ? '-r' : '-x';
          const choice = choices.length === 0 ? '' : ` ${kind} -a ${quoted(choices.join(' '))}`;
          return `complete -c rollgate${condition([seen])} -l ${name} -d ${quoted(description)}${choice}`;
        }),
      ];
    })
    .join('\n');
}

/** For each of the three shells. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}
