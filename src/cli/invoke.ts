import { CommanderError } from '@commander-js/extra-typings';
import { isError, messageOf } from '../errors.ts';
import { EXIT } from '../exit.ts';
import { workflowCommand } from '../report/github/workflow-command.ts';
import { sayJson, type CliContext } from './context.ts';
import { exitStatusOfError, formatError, jsonOfError } from './errors.ts';
import { isGithub, uncommanding } from './github-runner.ts';
import { exampleOf, meantBy, meantChoice } from './meant.ts';
import { createProgram } from './program.ts';
import { loadVerbs } from './verbs/registry.ts';
import type { AddVerb, Program } from './verbs/verb.ts';

export interface Invocation {
  /** The arguments after `rollgate`. */
  readonly args: readonly string[];
  readonly world: Omit<CliContext, 'exit' | 'env' | 'args' | 'command' | 'progressMode'>;
  readonly env: NodeJS.ProcessEnv;
  /** Verbs other than rollgate's only in tests. */
  readonly verbs?: ((wanted: string | undefined) => Promise<readonly AddVerb[]>) | undefined;
}

/** Carries out one command line and prints its errors. Returns the exit status. */
export async function invoke({ args, world, env, verbs = loadVerbs }: Invocation): Promise<number> {
  let status: number = EXIT.proven;
  const streams = isGithub(env) ? uncommanding(world) : world;
  const context: CliContext = {
    ...world,
    ...streams,
    stderr(text) {
      if (context.progressMode() !== 'json') return streams.stderr(text);
      // A program reads the output: messages for people are objects, one per line, too.
      const lines = text.split('\n').filter((line) => line.trim() !== '');
      for (const line of lines) sayJson(context, { type: 'progress', line });
    },
    env,
    args,
    command: (text) => world.stdout(text),
    progressMode: () => program.opts().progress ?? 'auto',
    exit: (wanted) => {
      status = wanted;
    },
  };
  const program: Program = createProgram(context, await verbs(args[0]));
  try {
    await program.parseAsync(asked(args, program), { from: 'user' });
    return status;
  } catch (error) {
    if (isGithub(env) && !(error instanceof CommanderError) && context.progressMode() !== 'json') {
      world.stderr(annotation(error));
    }
    return printError(error, program, context, env);
  }
}

/** Help for an unknown verb is an error: commander would print the whole help. */
function asked(args: readonly string[], program: Program): readonly string[] {
  const [first, verb, ...rest] = args;
  if (first !== 'help' || verb === undefined) return args;
  return program.commands.some((command) => command.name() === verb) ? args : [verb, ...rest];
}

/** On standard error, which the runner reads too, because standard output may be a JSON file. */
function annotation(error: unknown): string {
  return workflowCommand('error', { title: 'rollgate could not do it' }, messageOf(error));
}

function printError(
  error: unknown,
  program: Program,
  context: CliContext,
  env: NodeJS.ProcessEnv,
): number {
  // Commander has already printed it: help and the version are not errors, everything else is the
  // user's mistake.
  if (error instanceof CommanderError) {
    const hint = hintFor(error, context.args);
    if (hint !== undefined) context.stderr(`hint: ${hint}`);
    return error.exitCode === 0 ? EXIT.proven : EXIT.usage;
  }
  if (context.signal.aborted && isAbort(error)) return EXIT.aborted;
  const debug = program.opts().debug === true || env['ROLLGATE_DEBUG'] === '1';
  if (context.progressMode() === 'json') sayJson(context, jsonOfError(error));
  else context.stderr(formatError(error, { color: context.color, debug }));
  return exitStatusOfError(error);
}

function hintFor({ code, message }: CommanderError, args: readonly string[]): string | undefined {
  if (code === 'commander.unknownCommand') return meantBy(args);
  if (code === 'commander.invalidArgument') return meantChoice(message);
  return code === 'commander.missingArgument' ? exampleOf(args) : undefined;
}

/** The error of an aborted wait is not shown: the user pressed Ctrl-C. */
function isAbort(error: unknown): boolean {
  return isError(error) && error.name === 'AbortError';
}
