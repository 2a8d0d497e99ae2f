import { createWriteStream } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type Docker from 'dockerode';
import { extract, type Extract } from 'tar-stream';
import { RollgateError } from '../../errors.ts';
import { INSPECTION_LABEL } from '../images/labels.ts';
import { IMAGES_DIRECTORY } from '../images/recipe.ts';
import { packFiles } from '../streams/archive.ts';
import { demultiplex } from '../streams/output.ts';

const SCRIPT = '/tmp/export-package';
const EXPORTED = '/tmp/exported';

/** The program that exports a package. A change of it changes the export. */
export function readExporter(): Promise<string> {
  return readFile(join(IMAGES_DIRECTORY, 'overlay', 'export-package'), 'utf8');
}

/**
 * Writes a Python package of an image as a source tree that can be built again. The folder must
 * exist and be empty.
 *
 * @returns The package's version.
 * @throws RollgateError `not-exported` if the image has no such package.
 */
export async function exportPackage(
  docker: Docker,
  image: string,
  name: string,
  folder: string,
): Promise<string> {
  const script = await readExporter();
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: ['python3', SCRIPT],
    Cmd: [name, EXPORTED],
    HostConfig: { NetworkMode: 'none' },
    Labels: { [INSPECTION_LABEL]: image },
  });
  try {
    await container.putArchive(packFiles([{ path: SCRIPT, content: script }]), { path: '/' });
    await container.start();
    const { StatusCode: status } = (await container.wait()) as { readonly StatusCode: number };
    if (status !== 0) {
      const output = Buffer.from(await container.logs({ stdout: true, stderr: true }));
      throw new RollgateError('not-exported', `${image} has no package ${name} to write out`, {
        kind: 'usage',
        detail: demultiplex(output).text.trim().split('\n').slice(-5).join('\n'),
      });
    }
    await unpack(await container.getArchive({ path: `${EXPORTED}/.` }), folder);
  } finally {
    await container.remove({ force: true, v: true });
  }
  const information = await readFile(join(folder, 'PKG-INFO'), 'utf8');
  return /^Version: (.*)$/m.exec(information)?.[1] ?? 'unknown';
}

/** Writes the files of a tar below a folder. */
async function unpack(stream: NodeJS.ReadableStream, folder: string): Promise<void> {
  const tar = extract();
  await Promise.all([pipeline(stream, tar), writeEntries(tar, folder)]);
}

async function writeEntries(tar: Extract, folder: string): Promise<void> {
  for await (const entry of tar) {
    const { name, type, mode } = entry.header;
    const path = join(folder, name);
    if (type === 'file') {
      await mkdir(dirname(path), { recursive: true });
      const executable = (mode & 0o100) !== 0;
      await pipeline(entry, createWriteStream(path, { mode: executable ? 0o755 : 0o644 }));
    } else {
      entry.resume();
    }
  }
}
