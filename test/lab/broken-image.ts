import type { ContainerFile } from '../../src/containers/port.ts';
import { packFiles } from '../../src/containers/streams/archive.ts';
import { docker } from './command.ts';

export interface BrokenImage {
  readonly ref: string;
  readonly remove: () => Promise<void>;
}

/** A copy of an image with a shell script as its heat-engine. */
export function imageWithEngine(base: string, tag: string, script: string): Promise<BrokenImage> {
  const content = `#!/bin/sh\n${script}\n`;
  return imageWith(base, tag, [{ path: '/usr/bin/heat-engine', mode: 0o755, content }]);
}

/**
 * A copy of an image with some other files. Committed and not built: that needs neither a builder
 * nor a network.
 */
export async function imageWith(
  base: string,
  tag: string,
  files: readonly ContainerFile[],
): Promise<BrokenImage> {
  const container = await docker.createContainer({ Image: base });
  try {
    await container.putArchive(packFiles(files), { path: '/' });
    await container.commit({ repo: 'rollgate-test/heat', tag });
  } finally {
    await container.remove();
  }
  const ref = `rollgate-test/heat:${tag}`;
  return { ref, remove: async () => void (await docker.getImage(ref).remove({ force: true })) };
}
