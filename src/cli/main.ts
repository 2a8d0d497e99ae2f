import { EXIT } from '../exit.ts';
import { watchInterrupts, type Interrupts } from './interrupt.ts';
import { invoke, type Invocation } from './invoke.ts';
import { terminalOf } from './terminal.ts';

/**
 * Runs the command line in this process and ends it.
 *
 * @param verbs Others than rollgate's own only in tests.
 */
export async function main(verbs?: Invocation['verbs']): Promise<never> {
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
  stopWhenUnread(interrupts);

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
  // Not by itself: nothing that a verb left open may keep the process.
  process.exit(interrupts.interrupted() ? EXIT.aborted : status);
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

/** Some pseudo-terminals have no size, which shows as 0. */
function columnsOf({ columns }: { readonly columns: number }): number {
  return columns > 0 ? columns : 80;
}
