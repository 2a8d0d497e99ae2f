import { execa } from 'execa';
import { messageOf, RollgateError } from '../errors.ts';
import { given } from '../given.ts';
import { endOnAbort } from '../process-group.ts';
import { FOLDER_VARIABLE } from '../run/mark.ts';

/** The time between the request to end and SIGKILL. */
const GRACE_MS = 30_000;

/** The ended shell command of `until`. */
export interface CommandEnd {
  /** Its failure; undefined if it ended with 0. */
  readonly failure: RollgateError | undefined;
}

/**
 * Runs a command in a shell, in its own process group.
 *
 * @param options.folder The watch's, for the marks that the command makes.
 * @param options.signal Sends it SIGTERM, and SIGKILL half a minute later.
 */
export async function runCommand(
  command: string,
  {
    environment,
    ...options
  }: {
    readonly folder: string;
    readonly signal: AbortSignal;
    readonly environment?: Readonly<Record<string, string>> | undefined;
  },
): Promise<CommandEnd> {
  const program = { file: 'sh', args: ['-c', command], ...given({ environment }) };
  const how = await runProgram(program, options);
  if (how === undefined) return { failure: undefined };
  return {
    failure: new RollgateError('until-failed', `the command of --until ${how}: ${command}`, {
      hint: 'The report covers the time until then.',
    }),
  };
}

/**
 * Runs a program in its own process group. Its output goes to standard error, because results go to
 * standard output.
 *
 * @returns How it ended, e.g. `ended with 2`; undefined if it ended with 0.
 */
export async function runProgram(
  {
    file,
    args,
    environment = {},
  }: {
    readonly file: string;
    readonly args: readonly string[];
    readonly environment?: Readonly<Record<string, string>>;
  },
  { folder, signal }: { readonly folder: string; readonly signal: AbortSignal },
): Promise<string | undefined> {
  const child = execa(file, args, {
    env: { ...environment, [FOLDER_VARIABLE]: folder },
    stdin: 'ignore',
    stdout: process.stderr,
    stderr: process.stderr,
    buffer: false,
    reject: false,
    detached: true,
  });
  const groupEnded = endOnAbort(child.nodeChildProcess, signal, { graceMs: GRACE_MS });
  const { exitCode, signal: killedBy, cause } = await child;
  await groupEnded();
  if (exitCode === 0) return undefined;
  if (exitCode !== undefined) return `ended with ${exitCode}`;
  return killedBy === undefined
    ? `was not started: ${messageOf(cause)}`
    : `was ended by ${killedBy}`;
}

/** A command that `--for` ended before its own end. */
export function cutOff(command: string, seconds: number): RollgateError {
  return new RollgateError(
    'until-failed',
    `the command of --until had not ended after the ${seconds} s of --for, and got SIGTERM: ${command}`,
    { hint: 'Give it more time with --for, or leave --for out.' },
  );
}
