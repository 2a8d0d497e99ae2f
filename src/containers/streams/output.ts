import type Docker from 'dockerode';

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
    ...(options.since === undefined ? {} : { since: options.since }),
    ...(options.tail === undefined ? {} : { tail: options.tail }),
  };
  if (!options.follow) {
    const buffer = await container.logs({ ...shared, follow: false });
    yield demultiplex(Buffer.from(buffer)).text;
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
    for await (const chunk of stream) {
      const part = demultiplex(Buffer.concat([rest, Buffer.from(chunk)]));
      rest = part.rest;
      if (part.text !== '') yield part.text;
    }
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    stop();
  }
}

/**
 * Takes the frames of the engine's attach format apart (Docker Engine API, "Attach to a container",
 * stream format). A frame is 1 byte stream, 3 zero bytes, 4 bytes length (big endian), payload.
 */
export function demultiplex(buffer: Buffer): { readonly text: string; readonly rest: Buffer } {
  const parts: string[] = [];
  let offset = 0;
  while (buffer.length - offset >= 8) {
    const length = buffer.readUInt32BE(offset + 4);
    if (buffer.length - offset - 8 < length) break;
    parts.push(buffer.toString('utf8', offset + 8, offset + 8 + length));
    offset += 8 + length;
  }
  return { text: parts.join(''), rest: buffer.subarray(offset) };
}
