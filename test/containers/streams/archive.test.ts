import { Readable } from 'node:stream';
import test from 'ava';
import { extract, pack } from 'tar-stream';
import type { ContainerFile } from '../../../src/containers/port.ts';
import {
  packFiles,
  packStream,
  readArchivedFile,
} from '../../../src/containers/streams/archive.ts';

/** The headers of a tar. */
async function headersOf(files: readonly ContainerFile[]) {
  const tar = extract();
  packFiles(files).pipe(tar);
  const headers: { name: string; mode: string; size: number }[] = [];
  for await (const entry of tar) {
    const { name, mode, size } = entry.header;
    headers.push({ name, mode: mode.toString(8), size });
    entry.resume();
  }
  return headers;
}

test('files are packed below the root, by default readable by all', async (t) => {
  const files = [
    { path: '/etc/heat/heat.conf', content: 'ä' },
    { path: '/run/secret', content: '', mode: 0o600 },
  ];
  t.deepEqual(await headersOf(files), [
    { name: 'etc/heat/heat.conf', mode: '644', size: 2 },
    { name: 'run/secret', mode: '600', size: 0 },
  ]);
});

for (const content of ['', 'short', 'ä€😀\n', 'x'.repeat(300_000)]) {
  test(`packed files are read back: ${Buffer.byteLength(content)} bytes`, async (t) => {
    const stream = packFiles([{ path: '/a', content }]);
    t.is(await readArchivedFile(stream, '/a'), content);
  });
}

test('a file is packed while it is read, and a failing source fails the tar', async (t) => {
  const text = 'ä'.repeat(100_000);
  const file = { path: '/tmp/dump', bytes: Buffer.byteLength(text) };
  const whole = packStream({ ...file, content: Readable.from([Buffer.from(text)]) });
  t.is(await readArchivedFile(whole, '/tmp/dump'), text);
  const broken = new Readable({ read: () => broken.destroy(new Error('gone')) });
  await t.throwsAsync(readArchivedFile(packStream({ ...file, content: broken }), '/tmp/dump'));
});

test('a folder is no file', async (t) => {
  const tar = pack();
  tar.entry({ name: 'etc/', type: 'directory' });
  tar.entry({ name: 'etc/passwd' }, 'root');
  tar.finalize();
  await t.throwsAsync(readArchivedFile(Readable.from(tar), '/etc'), {
    code: 'not-a-file',
    message: '/etc is a directory, not a file',
  });
});
