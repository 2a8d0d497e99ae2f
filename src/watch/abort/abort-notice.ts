import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { messageOf, RollgateError } from '../../errors.ts';
import { MIB, readTextIfThere } from '../../files/read.ts';
import { replaceFile } from '../../files/write.ts';
import { jsonIn } from '../../json.ts';
import { runProgram } from '../command.ts';

/** The prefix of a command; anything else is a file. */
const COMMAND = '|';
/** How long a command may take after the watch has ended. */
const AFTER_END_MS = 60_000;

const noticeSchema = z.object({ code: z.string(), message: z.string(), time: z.string() });

/**
 * Removes the notice of an earlier watch: the other tool would stop at once.
 *
 * @throws RollgateError `invalid-option` if another program wrote the file.
 */
export async function clearNotice(to: string): Promise<void> {
  if (to.startsWith(COMMAND)) return;
  const text = await readTextIfThere(to, { what: 'notice of an abort', limitBytes: MIB });
  if (text === undefined) return;
  if (!noticeSchema.safeParse(jsonIn(text)).success) {
    throw new RollgateError('invalid-option', `--abort-to: ${to} holds something else`, {
      kind: 'usage',
      hint: 'Name a file that only rollgate writes, or remove it.',
    });
  }
  await rm(to);
}

/**
 * When the signal is aborted, writes its reason into a file, or runs a shell command with the reason
 * in `ROLLGATE_REASON`. A tool that the watch did not start can stop then.
 *
 * @param to A file, or a command after `|`.
 * @param context.folder The watch's.
 * @param context.interrupted Ends the command.
 * @returns Waits until that is done; ends a command that is still running a minute later.
 */
export function noticeOnAbort(
  signal: AbortSignal,
  to: string,
  {
    folder,
    interrupted,
    say,
  }: {
    readonly folder: string;
    readonly interrupted: AbortSignal;
    readonly say: (line: string) => void;
  },
): () => Promise<void> {
  const over = new AbortController();
  const ending = AbortSignal.any([over.signal, interrupted]);
  let noticing: Promise<void> = Promise.resolve();
  signal.addEventListener(
    'abort',
    () => {
      noticing = notice(signal.reason, to, { folder, signal: ending }).catch((error: unknown) =>
        say(`--abort-to ${to}: ${messageOf(error)}`),
      );
    },
    { once: true },
  );
  return async () => {
    const limit = setTimeout(() => over.abort(), AFTER_END_MS);
    await noticing;
    clearTimeout(limit);
  };
}

async function notice(
  reason: unknown,
  to: string,
  options: { readonly folder: string; readonly signal: AbortSignal },
): Promise<void> {
  const message = messageOf(reason);
  const code = reason instanceof RollgateError ? reason.code : 'unknown';
  if (!to.startsWith(COMMAND)) {
    const time = new Date().toISOString();
    return replaceFile(to, `${JSON.stringify({ code, message, time })}\n`);
  }
  const args = ['-c', to.slice(COMMAND.length)];
  const how = await runProgram(
    { file: 'sh', args, environment: { ROLLGATE_REASON: message } },
    options,
  );
  if (how !== undefined) throw new Error(`the command ${how}`);
}
