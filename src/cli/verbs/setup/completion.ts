import { Argument } from '@commander-js/extra-typings';
import { completedVerbs, completionScript, SHELLS } from '../../completion.ts';
import type { CliContext } from '../../context.ts';
import type { Program } from '../verb.ts';

/** `rollgate completion`: verbs, options and their values for a shell. The program has all verbs. */
export function addCompletion(program: Program, context: CliContext): void {
  program
    .command('completion')
    .description('print a completion script for a shell: verbs, options and their values')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .addHelpText('after', () =>
      [
        '',
        'Put it where the shell reads it:',
        '  bash  source <(rollgate completion bash)      in ~/.bashrc',
        '  zsh   source <(rollgate completion zsh)       in ~/.zshrc, after compinit',
        '  fish  rollgate completion fish > ~/.config/fish/completions/rollgate.fish',
      ].join('\n'),
    )
    .action((shell) => {
      context.stdout(completionScript(shell, completedVerbs(program)));
    });
}
