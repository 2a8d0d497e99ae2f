import { CommanderError } from '@commander-js/extra-typings';
import type { CliContext } from './context.ts';
import { exitStatusOfError, formatError } from './errors.ts';
import { EXIT } from './exit-status.ts';
import { watchInterrupts, type Interrupts } from './interrupt.ts';
import { createProgram } from './program.ts';
import { terminalOf } from './terminal.ts';
import type { Program } from './verb.ts';

/**
 * Runs the command line in this process and ends it.
 *
 * @param create The verbs; others than rollgate's own only in tests.
 */
export async function main(
  argv: readonly string[] = process.argv,
  create: (context: CliContext) => Program = createProgram,
): Promise<never> {
  const interrupts = watchInterrupts(process, {
    say: (text) => writeLines(process.stderr, text),
    exitAtOnce: () => process.exit(EXIT.aborted),
    now: () => performance.now(),
  });
  stopWhenAlone(interrupts);
  stopWhenUnread(interrupts);

  let status: number = EXIT.proven;
  const context: CliContext = {
    stdout: (text) => writeLines(process.stdout, text),
    stderr: (text) => writeLines(process.stderr, text),
    ...terminalOf(process.env, {
      stdoutIsTTY: process.stdout.isTTY,
      stderrIsTTY: process.stderr.isTTY,
    }),
    signal: interrupts.signal,
    exit: (wanted) => {
      status = wanted;
    },
  };
  const failed = await runVerb(argv, create(context), context, interrupts);
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  // Not by itself: nothing that a verb left open may keep the process.
  process.exit(interrupts.interrupted() ? EXIT.aborted : (failed ?? status));
}

/** @returns The exit status of what went wrong, if something did. */
async function runVerb(
  argv: readonly string[],
  program: Program,
  context: CliContext,
  interrupts: Interrupts,
): Promise<number | undefined> {
  try {
    await program.parseAsync(argv);
    return undefined;
  } catch (error) {
    // Commander has said it already: help and the version are no errors, the rest is the user's.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.proven : EXIT.usage;
    if (interrupts.signal.aborted && isAbort(error)) return EXIT.aborted;
    const debug = program.opts().debug === true || process.env['ROLLGATE_DEBUG'] === '1';
    context.stderr(formatError(error, { color: context.color, debug }));
    return exitStatusOfError(error);
  }
}

/** What an aborted wait throws: nothing that the person who pressed Ctrl-C does not know. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** bin/rollgate.js, started by an older Node, holds a channel to us: without it we are on our own. */
function stopWhenAlone(interrupts: Interrupts): void {
  if (process.channel === undefined) return;
  process.once('disconnect', () => interrupts.abort());
  process.channel.unref();
}

/** A reader that went away (`rollgate logs | head`) ends the verb, with its clean-up. */
function stopWhenUnread(interrupts: Interrupts): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      interrupts.abort();
    });
  }
}

function writeLines(stream: NodeJS.WriteStream, text: string): void {
  stream.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** Waits until what was written is out; what cannot be written any more is not waited for. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.writable) stream.write('', () => resolve());
    else resolve();
  });
}
