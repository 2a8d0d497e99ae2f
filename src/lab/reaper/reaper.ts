import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { thisProcess } from '../owner.ts';

/** Removes labs when the process that answers for them is gone, for any reason. */
interface Reaper {
  answerFor(lab: string): void;
  answerNoMore(lab: string): void;
}

/** Beside this file, in the sources as in the package. */
const PROGRAM = fileURLToPath(
  new URL(`./reaper-process${extname(import.meta.filename)}`, import.meta.url),
);

/**
 * Starts a process that waits for the end of this one: a pipe between the two closes however this
 * one ends, SIGKILL included. It is in its own session, so that a signal to the whole process group
 * does not end it.
 */
function startReaper(): Reaper {
  const child = spawn(process.execPath, [PROGRAM, thisProcess()], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const { stdin } = child;
  // Without it labs are swept by the next command.
  child.on('error', () => undefined);
  stdin.on('error', () => undefined);
  child.unref();
  if (stdin instanceof Socket) stdin.unref();
  const send = (word: string, lab: string): void => void stdin.write(`${word} ${lab}\n`);
  return {
    answerFor: (lab) => send('+', lab),
    answerNoMore: (lab) => send('-', lab),
  };
}

/** One for all labs of this process; started for the first. */
let own: Reaper | undefined;

/** From now on the lab goes with this process, whatever ends it. */
export function answerFor(lab: string): void {
  own ??= startReaper();
  own.answerFor(lab);
}

/** The lab is gone already, or shall stay. */
export function answerNoMore(lab: string): void {
  own?.answerNoMore(lab);
}
