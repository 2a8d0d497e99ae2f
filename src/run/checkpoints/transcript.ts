import { basename, join } from 'node:path';
import { makeFolder } from '../../files/folder.ts';
import { Redactor } from '../../infra/redactor.ts';
import type { RunContext } from '../context.ts';
import { BatchedFile } from '../logs/batched-file.ts';

/** The number of lines of output that a failure shows. */
const TAIL_LINES = 15;

/** The output of a user's program, without secrets: all of it in a file, and its end in memory. */
export class Transcript {
  /** Within the run's folder, e.g. `logs/hooks/3.2-check-flavors.log`. */
  readonly file: string;
  readonly #path: string;
  readonly #redactor: Redactor;
  readonly #tail: string[] = [];
  #stream: BatchedFile | undefined;

  private constructor(file: string, path: string, redactor: Redactor) {
    this.file = file;
    this.#path = path;
    this.#redactor = redactor;
  }

  /** @param folder Below the run's logs. */
  static async create(
    folder: string,
    name: string,
    { lab, logs }: Pick<RunContext, 'lab' | 'logs'>,
  ): Promise<Transcript> {
    const file = `${name.replaceAll(/[^\w.-]/g, '_')}.log`;
    await makeFolder(join(logs, folder));
    const shown = join(basename(logs), folder, file);
    return new Transcript(shown, join(logs, folder, file), new Redactor(lab.secrets));
  }

  get used(): boolean {
    return this.#stream !== undefined;
  }

  /** The last lines. */
  get tail(): string {
    return this.#tail.join('\n');
  }

  /** Takes whole lines. */
  write(text: string): void {
    this.#stream ??= new BatchedFile(this.#path);
    const lines = this.#redactor.redact(text).replace(/\n$/, '');
    this.#stream.write(`${lines}\n`);
    this.#tail.push(...lines.split('\n'));
    this.#tail.splice(0, this.#tail.length - TAIL_LINES);
  }

  /** @throws RollgateError `unwritable-file`. */
  async close(): Promise<void> {
    await this.#stream?.close();
  }
}
