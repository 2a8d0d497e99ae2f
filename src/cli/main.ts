import { RollgateError } from '../errors.ts';
import { EXIT } from '../exit.ts';
import { asksForJson, sayJson } from './context.ts';
import { formatError, jsonOfError } from './errors.ts';
import { watchInterrupts, type Interrupts } from './interrupt.ts';
import { invoke, type Invocation } from './invoke.ts';
import { watchOutput } from './lost-output.ts';
import { isSet, terminalOf } from './terminal.ts';

/** After a bug, a clean-up that takes longer than this is abandoned. */
const CLEAN_UP_MS = 120_000;

/** If the result of a verb cannot be written, these statuses become a failure. */
const NO_FAILURE: readonly number[] = [EXIT.proven, EXIT.aborted];

/**
 * Runs the command line in this process and ends it.
 *
 * @param verbs Verbs other than rollgate's only in tests.
 */
export async function main(verbs?: Invocation['verbs']): Promise<never> {
  // NO_COLOR takes precedence (terminal.ts), but Node warns on every start that it does not.
  if (isSet(process.env['NO_COLOR'])) delete process.env['FORCE_COLOR'];
  const terminal = terminalOf(process.env, {
    stdoutIsTTY: process.stdout.isTTY,
    stderrIsTTY: process.stderr.isTTY,
  });
  const args = process.argv.slice(2);
  const { sayLine, sayError } = speakers(args, terminal);
  const interrupts = watchInterrupts(process, {
    say: sayLine,
    exitAtOnce: () => process.exit(EXIT.aborted),
    now: () => performance.now(),
  });
  stopWhenAlone(interrupts);
  const lost = watchOutput(process, () => interrupts.abort());
  const broken = stopWhenBroken(interrupts, sayError);
  process.once('beforeExit', () => endWithoutEnd(sayError));

  const status = await invoke({
    args,
    world: {
      stdout: (text) => writeLines(process.stdout, text),
      stderr: (text) => writeLines(process.stderr, text),
      progress,
      streams: process,
      ...terminal,
      columns: () => (terminal.isTTY ? columnsOf(process.stderr) : 100),
      signal: interrupts.signal,
    },
    env: process.env,
    verbs,
  });
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  const reason = lost.result();
  if (reason !== undefined && !interrupts.interrupted()) {
    sayError(new RollgateError('output-lost', `cannot write to standard output: ${reason}`));
    await flushed(process.stderr);
  }
  const failed = 'thrown' in broken || (reason !== undefined && NO_FAILURE.includes(status));
  // Explicitly, because something that a verb left open might keep the process alive.
  process.exit(interrupts.interrupted() ? EXIT.aborted : failed ? EXIT.harness : status);
}

function progress(text: string): void {
  process.stderr.write(text);
}

/** Prints a line or an error of the process itself, in addition to a verb's output. */
function speakers(
  args: readonly string[],
  { isTTY, color }: ReturnType<typeof terminalOf>,
): {
  readonly sayLine: (text: string) => void;
  readonly sayError: (error: unknown) => void;
} {
  const json = asksForJson(args);
  return {
    sayLine(text) {
      if (json) sayJson({ progress }, { type: 'progress', line: text });
      // The line may already have a verb's status line or the terminal's own ^C.
      else writeLines(process.stderr, isTTY ? `\r\u001B[2K${text}` : text);
    },
    sayError(error) {
      if (json) return sayJson({ progress }, jsonOfError(error));
      const debug = args.includes('--debug') || process.env['ROLLGATE_DEBUG'] === '1';
      writeLines(process.stderr, formatError(error, { color, debug }));
    },
  };
}

/**
 * bin/rollgate.js, started by an older Node, holds a channel to this process: without it there is
 * no parent.
 */
function stopWhenAlone(interrupts: Interrupts): void {
  if (process.channel === undefined) return;
  process.once('disconnect', () => interrupts.abort());
  process.channel.unref();
}

/**
 * An error outside the verb's own promises still ends the verb with its clean-up, and leaves no
 * container behind.
 *
 * @returns The first such error, as soon as there is one.
 */
function stopWhenBroken(
  interrupts: Interrupts,
  say: (thrown: unknown) => void,
): { thrown?: unknown } {
  const first: { thrown?: unknown } = {};
  process.on('uncaughtException', (thrown) => {
    if ('thrown' in first) return;
    first.thrown = thrown;
    say(thrown);
    interrupts.abort();
    setTimeout(() => process.exit(EXIT.harness), CLEAN_UP_MS).unref();
  });
  return first;
}

/** Nothing is left to do, but the verb has not ended: Node would end with 13 and without a word. */
function endWithoutEnd(say: (error: unknown) => void): never {
  say(new Error('it waits for something that will never come'));
  process.exit(EXIT.harness);
}

function writeLines(stream: NodeJS.WriteStream, text: string): void {
  stream.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** Waits until the output is written, if it can be written. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.writable) stream.write('', () => resolve());
    else resolve();
  });
}

/** Some pseudo-terminals have no size, which shows as 0. */
function columnsOf({ columns }: { readonly columns: number }): number {
  return columns > 0 ? columns : 80;
}
