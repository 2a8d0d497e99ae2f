import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { thisProcess } from '../owner.ts';

/** Removes labs when the responsible process is gone, for any reason. */
interface Reaper {
  answerFor(lab: string): void;
  answerNoMore(lab: string): void;
}

/** Beside this file, both in the sources and in the package. */
const PROGRAM = fileURLToPath(
  new URL(`./reaper-process${extname(import.meta.filename)}`, import.meta.url),
);

/**
 * Starts a process that waits for the end of this one: a pipe between the two closes however this
 * one ends, even by SIGKILL. It is in its own session, so that a signal to the whole process group
 * does not end it.
 */
function startReaper(): Reaper {
  const child = spawn(process.execPath, [PROGRAM, thisProcess()], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const { stdin } = child;
  // Without it the next command removes the labs.
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

/** One reaper for all labs of this process, started for the first. */
let own: Reaper | undefined;

/** From now on the lab is removed when this process ends, for any reason. */
export function answerFor(lab: string): void {
  own ??= startReaper();
  own.answerFor(lab);
}

/** The lab is already gone, or is meant to stay. */
export function answerNoMore(lab: string): void {
  own?.answerNoMore(lab);
}
