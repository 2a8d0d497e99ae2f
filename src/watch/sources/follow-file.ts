import { open, stat } from 'node:fs/promises';
import { RollgateError, isMissing } from '../../errors.ts';
import { fileKind } from '../../files/read.ts';
import { systemClock } from '../../load/clock.ts';

const LOOK_MS = 50;
const PIECE_BYTES = 64 * 1024;
/** A tool's line about its step is shorter; the beginning of a longer line is enough. */
const LONGEST_BYTES = 64 * 1024;
const LINE_END = 0x0a;

/** The last known state of a file. */
interface FileState {
  readonly ino: number;
  /** Bytes that were read. */
  position: number;
  readonly lines: LineSplitter;
}

/** Splits bytes into lines. It keeps only the beginning of a line that is too long. */
export class LineSplitter {
  #rest: Buffer = Buffer.alloc(0);

  /** The lines that are now complete. */
  add(bytes: Uint8Array): readonly string[] {
    const lines: string[] = [];
    let piece = Buffer.concat([this.#rest, bytes]);
    for (let end = piece.indexOf(LINE_END); end !== -1; end = piece.indexOf(LINE_END)) {
      lines.push(textOf(piece.subarray(0, end)));
      piece = piece.subarray(end + 1);
    }
    this.#rest = piece.subarray(0, LONGEST_BYTES);
    return lines;
  }

  /** The incomplete line at the end; `undefined` if there is none. */
  end(): string | undefined {
    return this.#rest.length === 0 ? undefined : textOf(this.#rest);
  }
}

function textOf(line: Buffer): string {
  return line.toString().replace(/\r$/, '');
}

/**
 * Passes on each complete line that is added to a file from now on, until the abort. A file that is
 * made later, replaced or cut is read from its beginning.
 *
 * @param onLine Gets the line, and when the file was last written to before the line was read, in
 * milliseconds since the epoch. A check may come later than the line.
 * @throws RollgateError `unreadable-file`: it is a directory, a pipe or a device. Otherwise the
 * error that prevents reading the file.
 */
export async function followFile(
  path: string,
  onLine: (line: string, time: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const before = await statusOf(path);
  let seen: FileState | undefined = before && {
    ino: before.ino,
    position: before.size,
    lines: new LineSplitter(),
  };
  const look = async (): Promise<void> => {
    const now = await statusOf(path);
    if (now === undefined) return;
    if (seen === undefined || seen.ino !== now.ino || now.size < seen.position) {
      seen = { ino: now.ino, position: 0, lines: new LineSplitter() };
    }
    if (now.size > seen.position) await readOn(path, seen, now, onLine);
  };
  while (!signal.aborted) {
    await look();
    await systemClock.sleepUntil(systemClock.now() + LOOK_MS, signal);
  }
  await look();
}

async function readOn(
  path: string,
  seen: FileState,
  { size, mtimeMs }: { readonly size: number; readonly mtimeMs: number },
  onLine: (line: string, time: number) => void,
): Promise<void> {
  await using file = await open(path);
  while (seen.position < size) {
    const { buffer, bytesRead } = await file.read({
      buffer: Buffer.alloc(Math.min(PIECE_BYTES, size - seen.position)),
      position: seen.position,
    });
    if (bytesRead === 0) return;
    seen.position += bytesRead;
    for (const line of seen.lines.add(buffer.subarray(0, bytesRead))) onLine(line, mtimeMs);
  }
}

async function statusOf(path: string) {
  try {
    const status = await stat(path);
    if (status.isFile()) return status;
    throw new RollgateError(
      'unreadable-file',
      `cannot follow ${path}: it is ${fileKind(status)}, not a file`,
      { kind: 'usage', hint: `Lines of a pipe are followed with '|cat ${path}'.` },
    );
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
