import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { docker } from '../command.ts';

const REPOSITORY = 'rollgate-test/own';

/** An image with one file and no shell, for a processor architecture. */
export async function shellLessImage(tag: string, architecture: string): Promise<string> {
  const layer = pack();
  layer.entry({ name: 'hello' }, 'hello\n');
  layer.finalize();
  const content = await buffer(Readable.from(layer));
  const ref = `${REPOSITORY}:${tag}`;
  const archive = pack();
  archive.entry({ name: 'layer.tar' }, content);
  archive.entry(
    { name: 'config.json' },
    JSON.stringify({
      architecture,
      os: 'linux',
      config: {},
      rootfs: {
        type: 'layers',
        diff_ids: [`sha256:${createHash('sha256').update(content).digest('hex')}`],
      },
    }),
  );
  archive.entry(
    { name: 'manifest.json' },
    JSON.stringify([{ Config: 'config.json', RepoTags: [ref], Layers: ['layer.tar'] }]),
  );
  archive.finalize();
  // It is loaded when the answer ends.
  await text(Readable.from(await docker.loadImage(Readable.from(archive))));
  return ref;
}

/** An image under another name, as a user's own. */
export async function renamedImage(of: string, tag: string): Promise<string> {
  await docker.getImage(of).tag({ repo: REPOSITORY, tag });
  return `${REPOSITORY}:${tag}`;
}
