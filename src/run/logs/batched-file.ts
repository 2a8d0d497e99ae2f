import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { RollgateError } from '../../errors.ts';
import { unwritable } from '../../files/write.ts';

/**
 * Lines within this many milliseconds are written together. Each write wakes a thread. Writing logs
 * and events line by line was a quarter of the harness's work.
 */
const TOGETHER_MS = 100;

/** A text file for appending; a killed process may lose its last tenth of a second. */
export class BatchedFile {
  readonly #stream: ReturnType<typeof createWriteStream>;
  #waiting: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #failure: RollgateError | undefined;

  /**
   * @param options.append Keeps the existing content.
   * @param options.onFailure Called once with the error that prevents writing, e.g. a full disk. An
   * error event without a listener would end the process.
   */
  constructor(
    path: string,
    {
      append = false,
      onFailure,
    }: {
      readonly append?: boolean;
      readonly onFailure?: ((failure: RollgateError) => void) | undefined;
    } = {},
  ) {
    this.#stream = createWriteStream(path, { flags: append ? 'a' : 'w' });
    this.#stream.on('error', (cause) => {
      if (this.#failure !== undefined) return;
      this.#failure = unwritable(path, cause);
      onFailure?.(this.#failure);
    });
  }

  write(text: string): void {
    if (this.#failure !== undefined) return;
    this.#waiting.push(text);
    this.#timer ??= setTimeout(() => this.#flush(), TOGETHER_MS);
  }

  /** @throws RollgateError `unwritable-file` if a part could not be written. */
  async close(): Promise<void> {
    this.#flush();
    this.#stream.end();
    // The listener above keeps the error, with the path.
    await finished(this.#stream).catch(() => undefined);
    if (this.#failure !== undefined) throw this.#failure;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.length > 0 && !this.#stream.destroyed) {
      this.#stream.write(this.#waiting.join(''));
    }
    this.#waiting = [];
  }
}
