import { readFile } from 'node:fs/promises';
import { packFiles } from '../../../src/containers/streams/archive.ts';
import { demultiplex } from '../../../src/containers/streams/output.ts';
import { docker } from '../command.ts';

const RELOCATE = '/usr/local/sbin/relocate';

/** What an image says of itself besides its files. */
interface Settings {
  readonly user?: string;
  readonly command: readonly string[];
  readonly path: string;
}

const SETTINGS = {
  kolla: {
    user: 'heat',
    command: ['kolla_start'],
    path: '/var/lib/kolla/venv/bin',
  },
  loci: { path: '/var/lib/openstack/bin', command: ['python3'] },
} as const satisfies Record<string, Settings>;

export type Layout = keyof typeof SETTINGS;

const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * A copy of one of rollgate's own images in another layout. Committed and not built: that needs
 * neither a builder nor a network.
 *
 * @returns Its reference.
 */
export async function relocatedImage(
  base: string,
  layout: Layout,
  tag: string,
  ...further: readonly string[]
): Promise<string> {
  const { path, command, user = 'root' }: Settings = SETTINGS[layout];
  const container = await docker.createContainer({
    Image: base,
    User: 'root',
    Entrypoint: [RELOCATE],
    Cmd: [layout, ...further],
    HostConfig: { NetworkMode: 'none' },
  });
  try {
    const content = await readFile(new URL('relocate', import.meta.url), 'utf8');
    await container.putArchive(packFiles([{ path: RELOCATE, mode: 0o755, content }]), {
      path: '/',
    });
    await container.start();
    const { StatusCode: status } = (await container.wait()) as { readonly StatusCode: number };
    if (status !== 0) {
      const log = await container.logs({ stdout: true, stderr: true });
      throw new Error(`relocate ended with ${status}:\n${demultiplex(Buffer.from(log)).text}`);
    }
    await container.commit({
      repo: 'rollgate-test/own',
      tag,
      changes: [
        `USER ${user}`,
        // In place of dumb-init, which runs its arguments too, and of no entry point.
        'ENTRYPOINT ["/usr/bin/env", "--"]',
        `CMD ${JSON.stringify(command)}`,
        `ENV PATH=${path}:${SYSTEM_PATH}`,
        'WORKDIR /',
      ].join('\n'),
    });
  } finally {
    await container.remove({ force: true, v: true });
  }
  return `rollgate-test/own:${tag}`;
}

export async function removeImage(ref: string): Promise<void> {
  await docker.getImage(ref).remove({ force: true });
}
