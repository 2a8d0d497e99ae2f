import { createHash, type Hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type Docker from 'dockerode';
import { extract, pack as createPack, type Header, type Pack } from 'tar-stream';
import { z } from 'zod';
import { isError, messageOf, RollgateError } from '../../../errors.ts';
import { openFile } from '../../../files/read.ts';
import { moveInto, unwritable } from '../../../files/write.ts';
import type { BuiltImage } from '../labels.ts';

/** The last entry of the file, after the engine's own archive: it lists the entries before it. */
const CONTENTS = 'rollgate-images.json';

const contentsSchema = z.strictObject({
  format: z.literal(1),
  images: z.array(
    z.strictObject({
      ref: z.string(),
      /** The recipe's key: a hash of everything that the image is built from. */
      inputs: z.string(),
      id: z.string(),
    }),
  ),
  /** The hash of the names, sizes and bytes of all entries before this one. */
  sha256: z.string(),
});

/** The content of a file of images. */
export type ImagesContents = Readonly<z.output<typeof contentsSchema>>;

/**
 * Writes images into one file: the engine's own archive, followed by a list of its content with a
 * checksum. It is written under another name and renamed, so the destination never has an
 * incomplete file.
 *
 * @throws RollgateError `unwritable-file`.
 */
export async function saveImages(
  docker: Docker,
  images: readonly Pick<BuiltImage, 'ref' | 'inputs' | 'id'>[],
  file: string,
  signal: AbortSignal,
): Promise<ImagesContents> {
  const saved = await namedImages(docker, images);
  const beside = `${file}.${process.pid}.tmp`;
  const pack = createPack();
  const digest = createHash('sha256');
  let contents: ImagesContents | undefined;
  const fill = async (): Promise<void> => {
    for await (const entry of entriesOf(saved)) {
      begin(digest, entry.header);
      await copyEntry(entry.header, bytesOf(entry, digest), pack, signal);
    }
    contents = {
      format: 1,
      images: images.map(({ ref, inputs, id }) => ({ ref, inputs, id })),
      sha256: digest.digest('hex'),
    };
    await new Promise<void>((resolve, reject) => {
      pack.entry({ name: CONTENTS }, JSON.stringify(contents), (error) =>
        error == null ? resolve() : reject(error),
      );
    });
    pack.finalize();
  };
  try {
    await Promise.all([
      pipeline(pack, createWriteStream(beside, { flags: 'wx' }), { signal }),
      fill().catch((error: unknown) => {
        pack.destroy(isError(error) ? error : new Error(messageOf(error)));
        throw error;
      }),
    ]);
    await moveInto(file, beside);
  } catch (error) {
    await rm(beside, { force: true });
    signal.throwIfAborted();
    throw error instanceof RollgateError ? error : unwritable(file, error);
  }
  if (contents === undefined) throw new Error('a file of images without its contents: a bug');
  return contents;
}

/** The engine takes several names in one request; dockerode's own call takes one. */
async function namedImages(
  docker: Docker,
  images: readonly Pick<BuiltImage, 'ref'>[],
): Promise<Readable> {
  const names = images.map(({ ref }) => `names=${encodeURIComponent(ref)}`).join('&');
  return new Promise((resolve, reject) => {
    docker.modem.dial(
      {
        // docker-modem mistakes the last character of such a path for its own question mark.
        path: `/images/get?${names}&`,
        method: 'GET',
        isStream: true,
        statusCodes: { 200: true, 404: 'no such image', 500: 'server error' },
      },
      (error: unknown, stream: unknown) => {
        if (error != null) reject(isError(error) ? error : new Error(messageOf(error)));
        else resolve(stream as Readable);
      },
    );
  });
}

/**
 * Reads a file of images to its end, before an engine sees a byte.
 *
 * @throws RollgateError `damaged-images` for a file that is cut off or changed, or that is not a
 * file of images.
 */
export async function checkImagesFile(file: string): Promise<ImagesContents> {
  const digest = createHash('sha256');
  let contents: unknown;
  let after = false;
  try {
    for await (const entry of entriesOf(await opened(file))) {
      after ||= contents !== undefined;
      if (entry.header.name === CONTENTS) {
        contents = JSON.parse(await text(bytesOf(entry)));
        continue;
      }
      begin(digest, entry.header);
      for await (const chunk of bytesOf(entry)) digest.update(chunk);
    }
  } catch (cause) {
    if (cause instanceof RollgateError) throw cause;
    throw damaged(file, messageOf(cause), cause);
  }
  if (contents === undefined) {
    throw damaged(file, 'the list of its images is missing: it is cut off, or another program’s');
  }
  const { data, error } = contentsSchema.safeParse(contents);
  if (data === undefined) throw damaged(file, 'the list of its images is of another form', error);
  if (after || data.sha256 !== digest.digest('hex')) {
    throw damaged(file, 'it does not hold the bytes that were saved');
  }
  return data;
}

/** Gives the engine its own archive. The file was checked. */
export async function loadImages(docker: Docker, file: string, signal: AbortSignal): Promise<void> {
  const pack = createPack();
  const fill = async (): Promise<void> => {
    for await (const entry of entriesOf(await opened(file))) {
      if (entry.header.name === CONTENTS) entry.resume();
      else await copyEntry(entry.header, bytesOf(entry), pack, signal);
    }
    pack.finalize();
  };
  const answer = docker.loadImage(Readable.from(pack), { quiet: true, abortSignal: signal });
  const [stream] = await Promise.all([
    answer,
    fill().catch((error: unknown) => {
      pack.destroy(isError(error) ? error : new Error(messageOf(error)));
      throw error;
    }),
  ]);
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(stream, (error) => (error == null ? resolve() : reject(error)));
  });
}

async function opened(file: string): Promise<Readable> {
  return (await openFile(file, { what: 'file of images' })).createReadStream();
}

/** Links and folders have no bytes of their own. */
async function copyEntry(
  header: Header,
  bytes: AsyncIterable<Uint8Array>,
  pack: Pack,
  signal: AbortSignal,
): Promise<void> {
  const written = pack.entry(header);
  if (header.type === 'file') await pipeline(Readable.from(bytes), written, { signal });
}

type Entry = AsyncIterable<unknown> & { readonly header: Header; resume(): unknown };

async function* bytesOf(entry: Entry, digest?: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of entry) {
    if (!(chunk instanceof Uint8Array)) continue;
    digest?.update(chunk);
    yield chunk;
  }
}

function entriesOf(stream: Readable): AsyncIterable<Entry> {
  const entries = extract();
  // A failure ends the iteration with its error.
  stream.on('error', (error) => entries.destroy(error));
  stream.pipe(entries);
  return entries;
}

function begin(digest: Hash, { name, size, type, linkname }: Header): void {
  digest.update(`${JSON.stringify([name, size, type, linkname])}\n`);
}

function damaged(file: string, why: string, cause?: unknown): RollgateError {
  return new RollgateError('damaged-images', `${file} is not a complete file of images: ${why}`, {
    kind: 'usage',
    hint: 'Remove it, and write it again: rollgate images save FILE',
    cause,
  });
}
