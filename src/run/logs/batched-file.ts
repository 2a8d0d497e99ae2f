import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

/**
 * What comes within this many milliseconds is written together. Each write of its own wakes a
 * thread: written line by line, logs and events were a quarter of all that the harness had to do.
 */
const TOGETHER_MS = 100;

/** A text file that is appended to; a killed process may leave it without its last tenth of a second. */
export class BatchedFile {
  readonly #stream: ReturnType<typeof createWriteStream>;
  #waiting: string[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** @param options.append What is there already stays. */
  constructor(path: string, { append = false }: { readonly append?: boolean } = {}) {
    this.#stream = createWriteStream(path, { flags: append ? 'a' : 'w' });
  }

  write(text: string): void {
    this.#waiting.push(text);
    this.#timer ??= setTimeout(() => this.#flush(), TOGETHER_MS);
  }

  /** @throws What kept the file from being written. */
  async close(): Promise<void> {
    this.#flush();
    this.#stream.end();
    await finished(this.#stream);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.length > 0) this.#stream.write(this.#waiting.join(''));
    this.#waiting = [];
  }
}
