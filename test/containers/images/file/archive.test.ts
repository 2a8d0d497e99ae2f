import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import Docker from 'dockerode';
import { extract, pack } from 'tar-stream';
import {
  checkImagesFile,
  loadImages,
  saveImages,
} from '../../../../src/containers/images/file/archive.ts';

const SAVED = { 'blobs/layer': 'x'.repeat(100_000), 'manifest.json': '[]' };
const IMAGES = [{ ref: 'rollgate/heat:2025.1', inputs: 'abc', id: 'sha256:1' }];

function archive(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name: 'blobs', type: 'directory' });
  for (const [name, content] of Object.entries(files)) tar.entry({ name }, content);
  tar.finalize();
  return buffer(Readable.from(tar));
}

/** An engine that saves one archive, and keeps the data that it loads. */
async function engine(t: ExecutionContext) {
  const asked: string[] = [];
  const loaded: Buffer[] = [];
  const answer = async (request: IncomingMessage): Promise<Buffer | string> => {
    if (request.method === 'GET') return archive(SAVED);
    loaded.push(await buffer(request));
    return '{"stream":"Loaded image"}';
  };
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    void answer(request).then((body) => response.end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  const docker = new Docker({ protocol: 'http', host: '127.0.0.1', port });
  const folder = await mkdtemp(join(tmpdir(), 'rollgate-archive-'));
  t.teardown(() => rm(folder, { recursive: true }));
  return { docker, asked, loaded, file: join(folder, 'images.tar') };
}

const { signal } = new AbortController();

async function namesIn(bytes: Buffer): Promise<readonly string[]> {
  const tar = extract();
  const names: string[] = [];
  tar.end(bytes);
  for await (const entry of tar) {
    names.push(entry.header.name);
    entry.resume();
  }
  return names;
}

test('a saved file is read back, and the engine gets the same bytes', async (t) => {
  const { docker, asked, loaded, file } = await engine(t);
  await saveImages(docker, IMAGES, file, signal);
  t.deepEqual(asked, ['GET /images/get?names=rollgate%2Fheat%3A2025.1']);
  t.deepEqual((await checkImagesFile(file)).images, IMAGES);
  await loadImages(docker, file, signal);
  const [bytes = Buffer.alloc(0)] = loaded;
  t.deepEqual(await namesIn(bytes), ['blobs', 'blobs/layer', 'manifest.json']);
});

test('a truncated file is refused', async (t) => {
  const { docker, file } = await engine(t);
  await saveImages(docker, IMAGES, file, signal);
  const { length } = await readFile(file);
  for (const size of [length - 2048, 60_000, 700, 0]) {
    await truncate(file, size);
    await t.throwsAsync(checkImagesFile(file), { code: 'damaged-images' }, String(size));
  }
});

test('a file with one changed byte is refused', async (t) => {
  const { docker, file } = await engine(t);
  await saveImages(docker, IMAGES, file, signal);
  const bytes = await readFile(file);
  bytes[bytes.indexOf('xxxx') + 9] = 'y'.charCodeAt(0);
  await writeFile(file, bytes);
  await t.throwsAsync(checkImagesFile(file), {
    code: 'damaged-images',
    message: /does not hold the bytes that were saved/,
  });
});

test('an archive of another program is refused, and so is a folder', async (t) => {
  const { file } = await engine(t);
  await writeFile(file, await archive(SAVED));
  await t.throwsAsync(checkImagesFile(file), { code: 'damaged-images', message: /is missing/ });
  await t.throwsAsync(checkImagesFile(tmpdir()), {
    code: 'unreadable-file',
    message: /a directory/,
  });
});

test('saving an image that the engine lacks leaves no file', async (t) => {
  const { file } = await engine(t);
  const nothing = new Docker({ protocol: 'http', host: '127.0.0.1', port: 1 });
  await t.throwsAsync(saveImages(nothing, IMAGES, file, signal));
  await t.throwsAsync(readFile(file), { code: 'ENOENT' });
});
