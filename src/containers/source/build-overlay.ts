import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { execa } from 'execa';
import { z } from 'zod';
import { RollgateError } from '../../errors.ts';
import type { Overlay } from '../../release/overlay.ts';
import { fingerprint } from '../../release/source/fingerprint.ts';
import { imageName } from '../images/labels.ts';
import { IMAGES_DIRECTORY } from '../images/recipe.ts';
import { packFiles } from '../streams/archive.ts';
import { demultiplex } from '../streams/output.ts';
import { readExporter } from './export-package.ts';
import { checkFit, notesOn, parseProblems } from './problem.ts';
import { inTemporaryFolder, stageTree } from './stage-tree.ts';

/** The parent image of an overlay. */
export interface OverlayBase {
  readonly ref: string;
  readonly id: string;
}

/** On an overlay's image: its own image name, because an image on top of it inherits labels. */
export const OVERLAY_LABEL = 'rollgate.overlay';
/** On an overlay's image: its inputs besides the trees. */
const FOUNDATION_LABEL = 'rollgate.overlay.foundation';
/** The image that is made from the container would inherit a label. */
export const BUILDER_NAME = 'rollgate-overlay-';

const INSTALLER = '/usr/local/sbin/install-trees';
const SOURCES = '/opt/rollgate/sources';

const readInstaller = (): Promise<string> =>
  readFile(join(IMAGES_DIRECTORY, 'overlay', 'install-trees'), 'utf8');

/** On an overlay's image: notes about its tree for a reader, as JSON, URL-encoded. */
const NOTES_LABEL = 'rollgate.overlay.notes';

/**
 * The notes about the tree on an existing image that was made by the current installer on the
 * current image of the release. `undefined` if there is none.
 */
export async function builtNotes(
  docker: Docker,
  overlay: Overlay,
  base: OverlayBase,
): Promise<readonly string[] | undefined> {
  const [found] = await docker.listImages({ filters: { reference: [overlay.image] } });
  const labels = found?.Labels ?? {};
  if (labels[FOUNDATION_LABEL] !== (await foundationOf(base))) return undefined;
  return z.array(z.string()).parse(JSON.parse(decodeURIComponent(labels[NOTES_LABEL] ?? '[]')));
}

/**
 * Lays source trees over an image, without a network: the container in which they are installed
 * becomes an image with one more layer.
 *
 * @returns Notes about the trees for a reader, one sentence each.
 * @throws RollgateError `unfit-source`, `source-changed`, `source-not-built`; see stageTree.
 */
export async function buildOverlay(
  docker: Docker,
  overlay: Overlay,
  base: OverlayBase,
): Promise<readonly string[]> {
  const container = await docker.createContainer({
    name: `${BUILDER_NAME}${overlay.content}-${process.pid}`,
    Image: base.ref,
    User: 'root',
    Entrypoint: [INSTALLER],
    Cmd: overlay.trees.map((tree) => `${tree.package}=${tree.version ?? ''}`),
    HostConfig: { NetworkMode: 'none' },
  });
  try {
    const installer = { path: INSTALLER, content: await readInstaller(), mode: 0o755 };
    await container.putArchive(packFiles([installer]), { path: '/' });
    await putTrees(docker, container, overlay, base);
    await container.start();
    const { StatusCode: status } = (await container.wait()) as { readonly StatusCode: number };
    const output = demultiplex(
      Buffer.from(await container.logs({ stdout: true, stderr: true })),
    ).text;
    if (status !== 0) throw notBuilt(overlay, output);
    const problems = parseProblems(output);
    checkFit(overlay, problems);
    const notes = notesOn(problems);
    await commit(docker, container, overlay, base, notes);
    return notes;
  } finally {
    await container.remove({ force: true, v: true });
  }
}

async function putTrees(
  docker: Docker,
  container: Docker.Container,
  { trees, content }: Overlay,
  base: OverlayBase,
): Promise<void> {
  await inTemporaryFolder(async (temporary) => {
    for (const tree of trees) {
      const folder = join(temporary, SOURCES, tree.package);
      await mkdir(folder, { recursive: true });
      await stageTree(docker, tree, { image: base.ref, folder });
    }
    if ((await fingerprint(trees)) !== content) {
      throw new RollgateError('source-changed', 'the source was changed while it was read', {
        kind: 'usage',
        hint: 'Start again.',
      });
    }
    const archive = join(temporary, 'trees.tar');
    await execa('tar', ['-c', '--owner=0', '--group=0', '-f', archive, '-C', temporary, 'opt']);
    await container.putArchive(await readFile(archive), { path: '/' });
  });
}

/** The image's own start command, which the container did not have. */
async function commit(
  docker: Docker,
  container: Docker.Container,
  overlay: Overlay,
  base: OverlayBase,
  notes: readonly string[],
): Promise<void> {
  const { Config: before } = await docker.getImage(base.ref).inspect();
  const [repo, tag] = overlay.image.split(':');
  const labels = {
    [OVERLAY_LABEL]: imageName(overlay.image),
    [FOUNDATION_LABEL]: await foundationOf(base),
    [NOTES_LABEL]: encodeURIComponent(JSON.stringify(notes)),
    'rollgate.series': overlay.series,
    'rollgate.version': overlay.version,
  };
  await container.commit({
    repo,
    tag,
    changes: [
      `USER ${before.User}`,
      `ENTRYPOINT ${JSON.stringify(before.Entrypoint ?? [])}`,
      `CMD ${JSON.stringify(before.Cmd ?? [])}`,
      ...Object.entries(labels).map(([name, value]) => `LABEL ${name}=${JSON.stringify(value)}`),
    ].join('\n'),
  });
}

async function foundationOf({ id }: OverlayBase): Promise<string> {
  return createHash('sha256')
    .update(id)
    .update(await readInstaller())
    .update(await readExporter())
    .digest('hex')
    .slice(0, 16);
}

function notBuilt({ version, series }: Overlay, output: string): RollgateError {
  return new RollgateError(
    'source-not-built',
    `${version} could not be laid over the image of ${series}`,
    { kind: 'usage', detail: output.trim().split('\n').slice(-15).join('\n') },
  );
}
