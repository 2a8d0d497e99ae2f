import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, pack } from 'tar-stream';
import { RollgateError } from '../../errors.ts';
import type { ContainerFile, StreamedFile } from '../port.ts';

/** Packs files with absolute paths into a tar for a container's root. */
export function packFiles(files: readonly ContainerFile[]): NodeJS.ReadableStream {
  const tar = pack();
  for (const file of files) {
    tar.entry({ name: file.path.replace(/^\//, ''), mode: file.mode ?? 0o644 }, file.content);
  }
  tar.finalize();
  return Readable.from(tar);
}

/** The same for one file, which is read while it is sent. */
export function packStream({ path, bytes, content }: StreamedFile): NodeJS.ReadableStream {
  const tar = pack();
  const entry = tar.entry({ name: path.replace(/^\//, ''), size: bytes, mode: 0o644 }, (error) => {
    if (error == null) tar.finalize();
    else tar.destroy(error);
  });
  pipeline(content, entry).catch((error: Error) => tar.destroy(error));
  return Readable.from(tar);
}

/**
 * Reads the only file of a tar.
 *
 * @throws RollgateError `not-a-file` for a folder or a link.
 */
export async function readArchivedFile(
  stream: NodeJS.ReadableStream,
  path: string,
): Promise<string> {
  const chunks: Buffer[] = [];
  const types: string[] = [];
  const tar = extract();
  tar.on('entry', ({ type }, entry, next) => {
    types.push(type ?? 'unknown');
    entry.on('data', (chunk: unknown) => {
      if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
    });
    entry.on('end', next);
    entry.on('error', next);
  });
  await pipeline(stream, tar);
  if (types.length !== 1 || types[0] !== 'file') {
    throw new RollgateError('not-a-file', `${path} is a ${types[0] ?? 'nothing'}, not a file`);
  }
  return Buffer.concat(chunks).toString('utf8');
}
