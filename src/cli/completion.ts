import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { listLabFiles } from '../document/lab-files.ts';
import { CHOREOGRAPHY_NAMES } from '../plan/choreographies/registry.ts';
import { TAGS } from '../scenario/tag.ts';
import { shellQuoted } from '../text/shell-quoted.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

interface CompletedOption {
  readonly flag: string;
  readonly description: string;
  readonly takesValue: boolean;
  /** Empty if it is not known what may follow. */
  readonly values: readonly string[];
  /** Whether a path may follow as well. */
  readonly isOpen: boolean;
}

/** A verb, with its possible arguments. */
export interface CompletedVerb {
  /** `images build` */
  readonly path: string;
  readonly description: string;
  readonly verbs: readonly string[];
  readonly options: readonly CompletedOption[];
  /** The values of its first argument, if it has a choice. */
  readonly values: readonly string[];
  /** Whether that argument may also be a path. */
  readonly isOpen: boolean;
}

/** All verbs of a command line; the first is the command line itself. */
export function completedVerbs(program: CommandUnknownOpts): readonly CompletedVerb[] {
  const verbs = verbsBelow(program, []);
  const [all] = verbs;
  if (all === undefined) return [];
  // Commander adds it by itself.
  const help = {
    path: 'help',
    description: 'print help for a verb',
    verbs: [],
    options: [],
  } as const;
  return [
    { ...all, verbs: [...all.verbs, help.path] },
    { ...help, values: all.verbs, isOpen: false },
    ...verbs.slice(1),
  ];
}

function verbsBelow(
  command: CommandUnknownOpts,
  path: readonly string[],
): readonly CompletedVerb[] {
  const [argument] = command.registeredArguments;
  return [
    {
      path: path.join(' '),
      description: firstLine(command.description()),
      verbs: command.commands.map((one) => one.name()),
      options: command.options.filter((one) => !one.hidden).map(completedOption),
      values: argument?.argChoices ?? namesFor(argument?.name() ?? ''),
      isOpen: argument?.argChoices === undefined,
    },
    ...command.commands.flatMap((one) => verbsBelow(one, [...path, one.name()])),
  ];
}

function completedOption(option: Option): CompletedOption {
  const { long, short, description, argChoices } = option;
  return {
    flag: long ?? short ?? '',
    description: firstLine(description),
    takesValue: option.required || option.optional,
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

/** Options of the command line itself may follow a verb. */
function isEverywhere({ flag }: Pick<CompletedOption, 'flag'>): boolean {
  return flag !== '--version';
}

/**
 * For zsh too, so it must not use a name that is special there (`path`, `words`), nor a substring
 * of an array.
 */
function bash(verbs: readonly CompletedVerb[]): string {
  const [all] = verbs;
  const everywhere = all?.options.filter(isEverywhere) ?? [];
  const cases = verbs.flatMap(({ path, verbs: below, options, values }) => {
    const flags = path === '' ? options : [...options, ...everywhere];
    return [
      `    ${shellQuoted(path)})`,
      `      offered=${shellQuoted([...below, ...values].join(' '))}`,
      `      flags=${shellQuoted(flags.map(({ flag }) => flag).join(' '))} ;;`,
    ];
  });
  const chosen = verbs.flatMap(({ path, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map(({ flag, values }) => {
        const at = path === '' ? `*${shellQuoted(` ${flag}`)}` : shellQuoted(`${path} ${flag}`);
        return `    ${at}) offered=${shellQuoted(values.join(' '))} ;;`;
      }),
  );
  const subverbs = verbs.filter(({ path }) => path !== '').map(({ path }) => shellQuoted(path));
  return [
    '_rollgate() {',
    '  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}',
    '  local verb="" offered="" flags="" word index',
    '  for ((index = 1; index < COMP_CWORD; index++)); do',
    '    word=${COMP_WORDS[index]}',
    '    case "${verb:+$verb }$word" in',
    `      ${subverbs.join('|')}) verb="\${verb:+$verb }$word" ;;`,
    '    esac',
    '  done',
    '  case "$verb" in',
    ...cases,
    '  esac',
    '  case "$verb $previous" in',
    ...chosen,
    '    *) [[ $current == -* ]] && offered="$flags" ;;',
    '  esac',
    '  COMPREPLY=($(compgen -W "$offered" -- "$current"))',
    '}',
    'complete -o default -F _rollgate rollgate',
  ].join('\n');
}

function fish(verbs: readonly CompletedVerb[]): string {
  const describe = (path: string): string =>
    verbs.find((one) => one.path === path)?.description ?? '';
  // Before the first word the verb is empty.
  const known = verbs
    .filter(({ path }) => path !== '')
    .map(({ path }) => shellQuoted(path.includes(' ') ? path : ` ${path}`));
  return [
    'function __rollgate_at',
    '  set -l verb',
    '  for word in (commandline -opc)[2..]',
    '    switch "$verb $word"',
    `      case ${known.join(' ')}`,
    '        set -a verb $word',
    '    end',
    '  end',
    '  test "$verb" = "$argv"',
    'end',
    ...verbs.flatMap(({ path, verbs: below, options, values, isOpen: isPath }) => {
      const at = ` -n ${shellQuoted(`__rollgate_at ${path}`.trim())}`;
      return [
        ...below.map((name) => {
          const description = describe(path === '' ? name : `${path} ${name}`);
          return `complete -c rollgate -f${at} -a ${shellQuoted(name)} -d ${shellQuoted(description)}`;
        }),
        ...values.map(
          (value) => `complete -c rollgate${isPath ? '' : ' -f'}${at} -a ${shellQuoted(value)}`,
        ),
        ...options.map(({ flag, description, takesValue, values: choices, isOpen }) => {
          const name = flag.replace(/^--?/, '');
          const choice = choices.length === 0 ? '' : ` -a ${shellQuoted(choices.join(' '))}`;
          const value = takesValue ? ` ${isOpen ? '-r' : '-x'}${choice}` : '';
          const where = path === '' && isEverywhere({ flag }) ? '' : at;
          return `complete -c rollgate${where} -l ${name} -d ${shellQuoted(description)}${value}`;
        }),
      ];
    }),
  ].join('\n');
}
