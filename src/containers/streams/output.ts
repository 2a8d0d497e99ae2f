import type Docker from 'dockerode';
import { given } from '../../given.ts';

/** Follows a container's output as plain text chunks, standard output and error together. */
export async function* followOutput(
  docker: Docker,
  id: string,
  options: { readonly since?: number; readonly tail?: number; readonly follow: boolean },
  signal?: AbortSignal,
): AsyncIterable<string> {
  const container = docker.getContainer(id);
  const shared = {
    stdout: true,
    stderr: true,
    timestamps: true,
    ...given({ since: options.since, tail: options.tail }),
  };
  if (!options.follow) {
    const buffer = await container.logs({ ...shared, follow: false });
    const whole = new WholeLines();
    yield whole.add(framesOf(Buffer.from(buffer)).frames) + whole.end();
    return;
  }
  const stream = await container.logs({ ...shared, follow: true });
  const stop = (): void => {
    if ('destroy' in stream && typeof stream.destroy === 'function') stream.destroy();
  };
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted === true) stop();
  try {
    let rest: Buffer = Buffer.alloc(0);
    const whole = new WholeLines();
    for await (const chunk of stream) {
      const part = framesOf(Buffer.concat([rest, Buffer.from(chunk)]));
      rest = part.rest;
      const text = whole.add(part.frames);
      if (text !== '') yield text;
    }
    const last = whole.end();
    if (last !== '') yield last;
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    stop();
  }
}

/**
 * Reassembles lines with time stamps. The engine splits a line of more than 16 KiB into pieces
 * (moby, daemon/logger/copier.go). Each piece has its own time stamp and its own frame.
 */
class WholeLines {
  /** The incomplete line of each stream. */
  readonly #begun = new Map<number, Buffer>();

  /** @returns The lines that are now complete. */
  add(frames: readonly Frame[]): string {
    return frames.map((frame) => this.#take(frame)).join('');
  }

  /** @returns The incomplete frame. */
  end(): string {
    const rest = [...this.#begun.values()].map((begun) => begun.toString());
    this.#begun.clear();
    return rest.join('\n');
  }

  #take({ stream, payload }: Frame): string {
    const begun = this.#begun.get(stream);
    const line =
      begun === undefined
        ? payload
        : Buffer.concat([begun, payload.subarray(payload.indexOf(SPACE) + 1)]);
    if (line.length > 0 && line.at(-1) !== NEWLINE) {
      this.#begun.set(stream, line);
      return '';
    }
    this.#begun.delete(stream);
    return line.toString();
  }
}

const SPACE = 0x20;
const NEWLINE = 0x0a;

interface Frame {
  /** 1: standard output; 2: standard error. */
  readonly stream: number;
  readonly payload: Buffer;
}

/** The text of the frames of the engine's attach format, without time stamps. */
export function demultiplex(buffer: Buffer): { readonly text: string; readonly rest: Buffer } {
  const { frames, rest } = framesOf(buffer);
  return { text: frames.map(({ payload }) => payload.toString('utf8')).join(''), rest };
}

/**
 * Splits the frames of the engine's attach format (Docker Engine API, "Attach to a container",
 * stream format). A frame is 1 byte stream, 3 zero bytes, 4 bytes length (big endian), payload.
 */
function framesOf(buffer: Buffer): { readonly frames: readonly Frame[]; readonly rest: Buffer } {
  const frames: Frame[] = [];
  let offset = 0;
  while (buffer.length - offset >= 8) {
    const length = buffer.readUInt32BE(offset + 4);
    if (buffer.length - offset - 8 < length) break;
    const payload = buffer.subarray(offset + 8, offset + 8 + length);
    frames.push({ stream: buffer.readUInt8(offset), payload });
    offset += 8 + length;
  }
  return { frames, rest: buffer.subarray(offset) };
}
