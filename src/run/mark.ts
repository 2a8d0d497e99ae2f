import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isMissing } from '../errors.ts';
import { fileKind, openFile } from '../files/read.ts';
import { unwritable } from '../files/write.ts';
import { jsonIn } from '../json.ts';
import { systemClock } from '../load/clock.ts';
import { RUN_FOLDER } from '../run-folder.ts';
import { plain } from '../text/plain.ts';

/** The variable through which programs find the folder for their marks: a watch's or a run's. */
export const FOLDER_VARIABLE = 'ROLLGATE_WATCH';

const markSchema = z.object({
  /** Milliseconds since the epoch. */
  time: z.number(),
  /** The step that begins; absent for the end of the upgrade. */
  text: z.string().optional(),
  node: z.string().optional(),
  service: z.string().optional(),
  /** The new version of the service. */
  version: z.string().optional(),
});
export type Mark = Readonly<z.infer<typeof markSchema>>;

/** The stage of marked steps; the watch's own command is in another. */
export const MARKED_STAGE = 'marked';

/** A link may lead anywhere, and opening a pipe without a reader blocks. */
const APPENDED =
  constants.O_APPEND |
  constants.O_CREAT |
  constants.O_RDWR |
  constants.O_NOFOLLOW |
  constants.O_NONBLOCK;

/**
 * Records a step that begins, or the end of the upgrade. The file is enough: a killed watch reads
 * it when it continues.
 *
 * @throws RollgateError `unwritable-file`.
 */
export async function appendMark(folder: string, mark: Mark): Promise<void> {
  const path = join(folder, RUN_FOLDER.marks);
  try {
    await using file = await open(path, APPENDED, 0o600);
    const status = await file.stat();
    if (!status.isFile()) throw new Error(`it is ${fileKind(status)}, not a file`);
    // A short write in append mode is atomic, even with other writers (write(2)).
    await file.write(`${JSON.stringify(mark)}\n`);
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

const LOOK_MS = 100;
const PIECE_BYTES = 2 ** 20;
/** The maximum number of characters of a mark. */
const LONGEST = 300;
const LINE_END = '\n';

/** Passes on each mark as it comes. @param options.skip This many are already known. */
export function followMarks(
  folder: string,
  onMark: (mark: Mark) => void,
  { skip = 0 }: { readonly skip?: number } = {},
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const path = join(folder, RUN_FOLDER.marks);
  let read = 0;
  let known = skip;
  const look = async (): Promise<void> => {
    const bytes = await readFrom(path, read);
    // Only complete lines: a line that is being written is read at the next check.
    const whole = bytes.subarray(0, bytes.lastIndexOf(LINE_END) + 1);
    read += whole.length;
    for (const line of whole.toString().split('\n')) {
      const mark = parsed(line);
      if (mark === undefined) continue;
      if (known > 0) known -= 1;
      else onMark(mark);
    }
  };
  const following = (async () => {
    while (!signal.aborted) {
      await look();
      await systemClock.sleepUntil(systemClock.now() + LOOK_MS, signal);
    }
    await look();
  })();
  following.catch(() => undefined);
  return {
    async stop() {
      stopping.abort();
      await following;
    },
  };
}

/** It becomes the name of a step, in the terminal and in names of files. */
function printable({ time, ...texts }: Mark): Mark {
  const short = Object.entries(texts).flatMap(([key, text]) =>
    text === undefined ? [] : [[key, plain(text).slice(0, LONGEST)]],
  );
  return markSchema.parse({ time, ...Object.fromEntries(short) });
}

/** A line that another program wrote into the file is not a mark. */
function parsed(line: string): Mark | undefined {
  const result = markSchema.safeParse(jsonIn(line));
  return result.success ? printable(result.data) : undefined;
}

async function readFrom(path: string, position: number): Promise<Buffer> {
  try {
    await using file = await openFile(path, { what: 'file of marks', links: false });
    const { size } = await file.stat();
    if (size <= position) return Buffer.alloc(0);
    const { buffer, bytesRead } = await file.read({
      buffer: Buffer.alloc(Math.min(size - position, PIECE_BYTES)),
      position,
    });
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    // Nothing is marked yet.
    if (isMissing(error)) return Buffer.alloc(0);
    throw error;
  }
}
