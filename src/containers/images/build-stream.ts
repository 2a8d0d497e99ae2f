import { stripVTControlCharacters } from 'node:util';
import type Docker from 'dockerode';
import { z } from 'zod';
import { isError, messageOf, RollgateError } from '../../errors.ts';

const TAIL_LINES = 15;

const messageSchema = z.object({
  stream: z.string().optional(),
  status: z.string().optional(),
  error: z.string().optional(),
  aux: z.object({ ID: z.string().optional() }).optional(),
});

/** Reads the engine's output while it builds, pulls or imports an image. */
export class BuildReader {
  readonly #name: string;
  readonly #onLine: (line: string) => void;
  #tail: string[] = [];
  #instruction = '';
  #id: string | undefined;

  constructor(name: string, onLine: (line: string) => void) {
    this.#name = name;
    this.#onLine = onLine;
  }

  /** The image's id, or the last status of an import, which is also the id. */
  get id(): string | undefined {
    return this.#id;
  }

  /** @throws RollgateError `image-build-failed`. */
  read(message: unknown): void {
    const { stream, status, error, aux } = messageSchema.parse(message);
    if (error !== undefined) throw this.#failure(error);
    if (aux?.ID !== undefined) this.#id = aux.ID;
    if (status?.startsWith('sha256:') === true) this.#id = status.trim();
    for (const line of (stream ?? '').split(/[\r\n]+/)) {
      if (line.trim() !== '') this.#readLine(line);
    }
  }

  #readLine(line: string): void {
    const step = /^Step \d+\/\d+ : (.*)$/.exec(line);
    if (step?.[1] !== undefined) {
      this.#instruction = step[1];
      this.#tail = [];
    } else {
      this.#tail = [...this.#tail, line].slice(-TAIL_LINES);
    }
    this.#onLine(line);
  }

  #failure(reason: string): RollgateError {
    const at = this.#instruction === '' ? '' : ` at \`${shorten(this.#instruction)}\``;
    return new RollgateError(
      'image-build-failed',
      `image ${this.#name} could not be built${at}: ${reason.trim()}`,
      {
        detail: stripVTControlCharacters(this.#tail.join('\n')),
        hint: 'See whether this machine reaches a Debian mirror, then build again: finished parts are kept.',
      },
    );
  }
}

/** Follows the engine's messages to their end. */
export async function followBuild(
  docker: Docker,
  stream: NodeJS.ReadableStream,
  reader: BuildReader,
): Promise<void> {
  let failure: unknown;
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(
      stream,
      (error) => (error === null ? resolve() : reject(failure ?? error)),
      (message) => {
        try {
          reader.read(message);
        } catch (error) {
          failure ??= error;
        }
      },
    );
  });
  if (failure !== undefined) {
    throw isError(failure) ? failure : new Error(messageOf(failure));
  }
}

function shorten(instruction: string): string {
  const oneLine = instruction.replaceAll(/\s+/g, ' ');
  return oneLine.length > 100 ? `${oneLine.slice(0, 99)}…` : oneLine;
}
