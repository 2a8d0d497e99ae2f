import { EXIT } from '../exit.ts';
import { formatError } from './errors.ts';
import { watchInterrupts, type Interrupts } from './interrupt.ts';
import { invoke, type Invocation } from './invoke.ts';
import { watchOutput } from './lost-output.ts';
import { isSet, terminalOf, type Terminal } from './terminal.ts';

/** A clean-up that takes longer than this after a bug is given up. */
const CLEAN_UP_MS = 120_000;

/** If the result of a verb cannot be written, these statuses become a failure. */
const NO_FAILURE: readonly number[] = [EXIT.proven, EXIT.aborted];

/**
 * Runs the command line in this process and ends it.
 *
 * @param verbs Others than rollgate's own only in tests.
 */
export async function main(verbs?: Invocation['verbs']): Promise<never> {
  // NO_COLOR wins (terminal.ts), and Node warns on every start that it would not.
  if (isSet(process.env['NO_COLOR'])) delete process.env['FORCE_COLOR'];
  const terminal = terminalOf(process.env, {
    stdoutIsTTY: process.stdout.isTTY,
    stderrIsTTY: process.stderr.isTTY,
  });
  const interrupts = watchInterrupts(process, {
    // A verb's status line or the terminal's own ^C may stand where this is to go.
    say: (text) => writeLines(process.stderr, terminal.isTTY ? `\r\u001B[2K${text}` : text),
    exitAtOnce: () => process.exit(EXIT.aborted),
    now: () => performance.now(),
  });
  stopWhenAlone(interrupts);
  const lost = watchOutput(process, () => interrupts.abort());
  const broken = stopWhenBroken(interrupts, terminal);

  const status = await invoke({
    args: process.argv.slice(2),
    world: {
      stdout: (text) => writeLines(process.stdout, text),
      stderr: (text) => writeLines(process.stderr, text),
      progress: (text) => {
        process.stderr.write(text);
      },
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
    writeLines(process.stderr, `error: cannot write to standard output: ${reason}`);
    await flushed(process.stderr);
  }
  const failed = 'thrown' in broken || (reason !== undefined && NO_FAILURE.includes(status));
  // Not by itself: nothing that a verb left open may keep the process.
  process.exit(interrupts.interrupted() ? EXIT.aborted : failed ? EXIT.harness : status);
}

/** bin/rollgate.js, started by an older Node, holds a channel to us: without it we are on our own. */
function stopWhenAlone(interrupts: Interrupts): void {
  if (process.channel === undefined) return;
  process.once('disconnect', () => interrupts.abort());
  process.channel.unref();
}

/**
 * An error outside of the verb's own promises still ends the verb with its clean-up, and leaves no
 * container behind.
 *
 * @returns The first such error, as soon as there is one.
 */
function stopWhenBroken(interrupts: Interrupts, terminal: Terminal): { thrown?: unknown } {
  const first: { thrown?: unknown } = {};
  process.on('uncaughtException', (thrown) => {
    if ('thrown' in first) return;
    first.thrown = thrown;
    const debug = process.argv.includes('--debug') || process.env['ROLLGATE_DEBUG'] === '1';
    writeLines(process.stderr, formatError(thrown, { color: terminal.color, debug }));
    interrupts.abort();
    setTimeout(() => process.exit(EXIT.harness), CLEAN_UP_MS).unref();
  });
  return first;
}

function writeLines(stream: NodeJS.WriteStream, text: string): void {
  stream.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** Waits until the output is written; output that cannot be written is not waited for. */
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
