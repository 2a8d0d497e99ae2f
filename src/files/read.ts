import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { ErrorCode } from '../error-codes.ts';
import { codeOf, isMissing, reasonOf, RollgateError, type ErrorKind } from '../errors.ts';

export interface ReadOptions {
  /** The user's word for the file, for messages: `scenario file`. */
  readonly what: string;
  /** The path as messages name it. Default: the path itself. */
  readonly shown?: string;
  /** Larger files are refused. */
  readonly limitBytes: number;
  /** The error's code. Default: `unreadable-file`. */
  readonly code?: ErrorCode;
  /** Whether an unreadable file is the user's mistake or the harness's. Default: the user's. */
  readonly kind?: ErrorKind;
  readonly hint?: string;
  /** Whether a pipe is read as well: `rollgate plan <(…)`. Default: no. */
  readonly pipes?: boolean;
  /** Whether the last part of the path may be a symbolic link. Default: yes. */
  readonly links?: boolean;
}

const PIPE_PAUSE_MS = 20;

/** One mebibyte. */
export const MIB = 2 ** 20;

/**
 * Reads a regular file. A FIFO without a writer would block the process forever, and a device may
 * have no end. So anything else is refused before the first byte.
 *
 * @throws RollgateError with `options.code`: the file is missing, is not a regular file, is too
 * large, or the operating system refuses to read it. `isMissing` recognizes a missing file.
 */
export async function readBytes(path: string, options: ReadOptions): Promise<Buffer> {
  let handle: FileHandle | undefined;
  try {
    const links = options.links === false ? constants.O_NOFOLLOW : 0;
    // Without waiting for the other end of a FIFO.
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | links);
    const status = await handle.stat();
    if (status.isFIFO() && options.pipes === true) {
      return await readPipe(handle, options.limitBytes);
    }
    if (!status.isFile()) throw new Refusal(`it is ${fileKind(status)}, not a file`);
    if (status.size > options.limitBytes) throw tooLarge(options.limitBytes);
    return await readWithin(handle, options.limitBytes);
  } catch (cause) {
    throw unreadable(path, options, cause);
  } finally {
    await handle?.close();
  }
}

/**
 * Opens a regular file as a stream, for files that should not be kept in memory.
 *
 * @throws Like `readBytes`.
 */
export async function openFile(
  path: string,
  options: Omit<ReadOptions, 'limitBytes' | 'pipes'>,
): Promise<FileHandle> {
  let handle: FileHandle | undefined;
  try {
    const links = options.links === false ? constants.O_NOFOLLOW : 0;
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | links);
    const status = await handle.stat();
    if (status.isFile()) return handle;
    throw new Refusal(`it is ${fileKind(status)}, not a file`);
  } catch (cause) {
    await handle?.close();
    throw unreadable(path, options, cause);
  }
}

/** Reads a regular file of UTF-8. @throws Like `readBytes`, also if the file is not UTF-8. */
export async function readText(path: string, options: ReadOptions): Promise<string> {
  const bytes = await readBytes(path, options);
  try {
    return textOf(bytes);
  } catch (cause) {
    throw unreadable(path, options, cause);
  }
}

/**
 * Reads a regular file of UTF-8 in parts, for files whose text should not be in memory as a whole.
 *
 * @throws Like `readText`.
 */
export async function* readTextParts(path: string, options: ReadOptions): AsyncIterable<string> {
  const handle = await openFile(path, options);
  const decoder = utf8();
  let length = 0;
  try {
    for await (const chunk of handle.createReadStream({ autoClose: false })) {
      if (!Buffer.isBuffer(chunk)) continue;
      length += chunk.length;
      if (length > options.limitBytes) throw tooLarge(options.limitBytes);
      yield decoded(() => decoder.decode(chunk, { stream: true }));
    }
    yield decoded(() => decoder.decode());
  } catch (cause) {
    throw unreadable(path, options, cause);
  } finally {
    await handle.close();
  }
}

function textOf(bytes: Uint8Array): string {
  return decoded(() => utf8().decode(bytes));
}

function utf8(): InstanceType<typeof TextDecoder> {
  // A byte order mark stays, because it is part of the file.
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
}

function decoded(decode: () => string): string {
  try {
    return decode();
  } catch (cause) {
    throw new Refusal('it is not UTF-8 text', { cause });
  }
}

/** Reads a regular file of UTF-8 synchronously. @throws Like `readText`. */
export function readTextSync(path: string, options: ReadOptions): string {
  let fd: number | undefined;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const status = fstatSync(fd);
    if (!status.isFile()) throw new Refusal(`it is ${fileKind(status)}, not a file`);
    if (status.size > options.limitBytes) throw tooLarge(options.limitBytes);
    return textOf(readFileSync(fd));
  } catch (cause) {
    throw unreadable(path, options, cause);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** Reads a file that may be absent. @throws Like `readText` for any other reason. */
export async function readTextIfThere(
  path: string,
  options: ReadOptions,
): Promise<string | undefined> {
  try {
    return await readText(path, options);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Why a file is not read, as the end of a sentence. */
class Refusal extends Error {
  override readonly name = 'Refusal';
}

function tooLarge(limitBytes: number): Refusal {
  return new Refusal(`it is larger than ${Math.floor(limitBytes / MIB)} MiB`);
}

/**
 * This also works for files that grow while they are read, and for /proc, whose files have no size.
 */
async function readWithin(handle: FileHandle, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of handle.createReadStream({ autoClose: false })) {
    if (!Buffer.isBuffer(chunk)) continue;
    chunks.push(chunk);
    length += chunk.length;
    if (length > limitBytes) throw tooLarge(limitBytes);
  }
  return Buffer.concat(chunks, length);
}

/**
 * Polls while the writer has written nothing yet, so that no thread blocks in a read that cannot be
 * cancelled.
 */
async function readPipe(handle: FileHandle, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for (;;) {
    const part = await readSome(handle);
    if (part === undefined) {
      await delay(PIPE_PAUSE_MS);
      continue;
    }
    if (part.length === 0) return Buffer.concat(chunks, length);
    chunks.push(part);
    length += part.length;
    if (length > limitBytes) throw tooLarge(limitBytes);
  }
}

/** @returns Nothing at the end; undefined if the writer has written nothing yet. */
async function readSome(handle: FileHandle): Promise<Buffer | undefined> {
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(65_536));
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    if (codeOf(error) === 'EAGAIN') return undefined;
    throw error;
  }
}

/** A longer path would hide the message. */
const LONGEST_PATH = 250;

function unreadable(
  path: string,
  options: Omit<ReadOptions, 'limitBytes'>,
  cause: unknown,
): RollgateError {
  const { what, shown = path, code = 'unreadable-file', kind = 'usage', hint } = options;
  const named = shown.length <= LONGEST_PATH ? shown : `${shown.slice(0, 80)}…${shown.slice(-40)}`;
  const message = isMissing(cause)
    ? `there is no ${what} ${named}`
    : `cannot read the ${what} ${named}: ${reason(cause, options.links ?? true)}`;
  const place = { file: named };
  return new RollgateError(code, message, {
    kind,
    place,
    cause,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** @param followed Whether links are followed: a broken link has the same code as a refused one. */
function reason(cause: unknown, followed: boolean): string {
  if (codeOf(cause) !== 'ELOOP') return reasonOf(cause);
  return followed
    ? 'its symbolic links lead in a circle'
    : 'it is a symbolic link, which is not followed here';
}

/** The kind of file at a path, if it can be determined. */
interface Kinds {
  isDirectory(): boolean;
  isFIFO(): boolean;
  isSocket(): boolean;
}

export function fileKind(status: Kinds): string {
  if (status.isDirectory()) return 'a directory';
  if (status.isFIFO()) return 'a pipe';
  return status.isSocket() ? 'a socket' : 'a device';
}
