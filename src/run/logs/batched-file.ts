import { closeSync, createReadStream, createWriteStream, statSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { RollgateError } from '../../errors.ts';
import { unwritable } from '../../files/write.ts';

/**
 * Lines within this many milliseconds are written together. Each write wakes a thread. Writing logs
 * and events line by line was a quarter of the harness's work.
 */
const TOGETHER_MS = 100;
/** More text is not kept in memory, in characters. */
const MOST_WAITING = 2 ** 20;

/** A text file for appending; a killed process may lose the lines that wait to be written together. */
export class BatchedFile {
  readonly #path: string;
  readonly #readable: boolean;
  readonly #stream: ReturnType<typeof createWriteStream>;
  #fd: number | undefined;
  readonly #togetherMs: number;
  #waiting: string[] = [];
  #waitingLength = 0;
  /** Given to the operating system, which has not confirmed them; the oldest first. */
  readonly #unconfirmed: string[] = [];
  /** The length of the file's content that is known to be written. */
  #confirmedBytes: number;
  #timer: NodeJS.Timeout | undefined;
  #failure: RollgateError | undefined;

  /**
   * @param options.append Keeps the existing content.
   * @param options.readable Whether `contents` and `release` are used. Then text that cannot be
   * written stays in memory.
   * @param options.togetherMs Lines within this many milliseconds are written together. Default: 100.
   * @param options.onFailure Called once with the error that prevents writing, e.g. a full disk. An
   * error event without a listener would end the process.
   */
  constructor(
    path: string,
    {
      append = false,
      readable = false,
      togetherMs = TOGETHER_MS,
      onFailure,
    }: {
      readonly append?: boolean;
      readonly readable?: boolean;
      readonly togetherMs?: number;
      readonly onFailure?: ((failure: RollgateError) => void) | undefined;
    } = {},
  ) {
    this.#path = path;
    this.#readable = readable;
    this.#togetherMs = togetherMs;
    this.#confirmedBytes = append && readable ? statSync(path).size : 0;
    const flags = `${append ? 'a' : 'w'}${readable ? '+' : ''}`;
    this.#stream = createWriteStream(path, { flags, autoClose: !readable });
    this.#stream.on('open', (fd) => {
      this.#fd = fd;
    });
    this.#stream.on('error', (cause) => {
      if (this.#failure !== undefined) return;
      this.#failure = unwritable(path, cause);
      onFailure?.(this.#failure);
    });
  }

  write(text: string): void {
    if (this.#failure !== undefined && !this.#readable) return;
    this.#waiting.push(text);
    this.#waitingLength += text.length;
    if (this.#waitingLength > MOST_WAITING) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), this.#togetherMs);
  }

  /**
   * All text so far, in parts. It is read with the descriptor that wrote it, so that a file that was
   * removed meanwhile is read too.
   *
   * @throws Error of the operating system.
   */
  async *contents(): AsyncIterable<string> {
    const bytes = this.#confirmedBytes;
    const rest = [...this.#unconfirmed, ...this.#waiting].join('');
    if (bytes > 0) {
      // Without a descriptor, an existing file could not be opened for appending.
      const fd = this.#fd === undefined ? {} : { fd: this.#fd };
      const content = createReadStream(this.#path, {
        ...fd,
        start: 0,
        end: bytes - 1,
        autoClose: this.#fd === undefined,
        encoding: 'utf8',
      });
      for await (const chunk of content) yield String(chunk);
    }
    yield rest;
  }

  /**
   * Writes all. A readable file can be read until `release`.
   *
   * @throws RollgateError `unwritable-file` if a part could not be written.
   */
  async close(): Promise<void> {
    this.#flush();
    this.#stream.end();
    // The listener above keeps the error, with the path.
    await finished(this.#stream).catch(() => undefined);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Gives the descriptor of a readable file back, after `close`. */
  release(): void {
    if (this.#fd !== undefined && this.#readable) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#waiting.join('');
    this.#waiting = [];
    this.#waitingLength = 0;
    if (text === '') return;
    if (this.#readable) this.#unconfirmed.push(text);
    if (this.#failure !== undefined || this.#stream.destroyed) return;
    this.#stream.write(text, (error) => {
      if (!this.#readable || error) return;
      this.#unconfirmed.shift();
      this.#confirmedBytes += Buffer.byteLength(text);
    });
  }
}
