import { packFiles } from '../../src/engine/archive.ts';
import { docker } from './command.ts';

/**
 * An image like another, but for its heat-engine, which becomes a shell script. Committed and not
 * built: that needs neither a builder nor a network.
 *
 * @returns Its reference, and how to remove it.
 */
export async function imageWithEngine(
  base: string,
  tag: string,
  script: string,
): Promise<{ readonly ref: string; readonly remove: () => Promise<void> }> {
  const container = await docker.createContainer({ Image: base });
  try {
    const content = `#!/bin/sh\n${script}\n`;
    const files = packFiles([{ path: '/usr/bin/heat-engine', mode: 0o755, content }]);
    await container.putArchive(files, { path: '/' });
    await container.commit({ repo: 'rollgate-test/heat', tag });
  } finally {
    await container.remove();
  }
  const ref = `rollgate-test/heat:${tag}`;
  return { ref, remove: async () => void (await docker.getImage(ref).remove({ force: true })) };
}
