import { createHash } from 'node:crypto';
import type Docker from 'dockerode';
import { messageOf, RollgateError } from '../../errors.ts';
import { INSPECTION_LABEL } from '../images/labels.ts';
import { packFiles } from '../streams/archive.ts';
import { demultiplex } from '../streams/output.ts';
import { adaptedName, REPOSITORY } from './adapted.ts';
import { describeFound, problemsOf, readOutput, type Found } from './found.ts';
import { isOurs, type OwnImage } from './own-image.ts';

export interface AdaptOptions {
  /** The subject's, for people. */
  readonly title: string;
  readonly onProgress?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const SHELL = '/bin/sh';
const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** On an adapted image: rollgate's part of it, the image that it is made from, and what was found. */
const PROGRAMS_LABEL = 'rollgate.adapted.programs';
export const FROM_LABEL = 'rollgate.adapted.from';
const FOUND_LABEL = 'rollgate.adapted.found';

/**
 * Looks into an image that rollgate did not build, and makes a copy from which a lab can start
 * services. It installs rollgate's programs in a container, which becomes an image with one more
 * layer. Nothing is built or fetched. An image with rollgate's own entry point needs no copy.
 *
 * @throws RollgateError `image-without-shell`, `version-unknown` if the subject is not in it,
 * `image-unfit` with everything that is missing; the signal's reason.
 */
export async function adaptImage(
  docker: Docker,
  ref: string,
  own: OwnImage,
  { title, onProgress, signal }: AdaptOptions,
): Promise<void> {
  const image = await docker.getImage(ref).inspect();
  if (isOurs(image.Config, own)) return;
  const name = adaptedName(image.Id);
  const files = packed(await own.files());
  const [present] = await docker.listImages({ filters: { reference: [name] } });
  if (present?.Labels?.[PROGRAMS_LABEL] === files.hash) return;

  const found = await adaptIn(docker, image, { ref, own, files, name, title, signal });
  onProgress?.(`${ref}: ${describeFound(found, title)}`);
  for (const note of found.notes) onProgress?.(`${ref}: note: ${note}`);
}

type Packed = ReturnType<typeof packed>;

function packed(files: Awaited<ReturnType<OwnImage['files']>>) {
  const hash = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 16);
  return { hash, archive: () => packFiles(files) };
}

interface Adapting {
  readonly ref: string;
  readonly own: OwnImage;
  readonly files: Packed;
  /** Of the copy. */
  readonly name: string;
  readonly title: string;
  readonly signal: AbortSignal | undefined;
}

async function adaptIn(
  docker: Docker,
  image: Docker.ImageInspectInfo,
  adapting: Adapting,
): Promise<Found> {
  const { ref, own, files, name, title, signal } = adapting;
  const container = await docker.createContainer({
    Image: image.Id,
    User: '0:0',
    Entrypoint: [SHELL],
    Cmd: [own.adapt, image.Config.User],
    StopSignal: 'SIGTERM',
    Healthcheck: { Test: ['NONE'] },
    HostConfig: { NetworkMode: 'none' },
    Labels: { [INSPECTION_LABEL]: ref },
  });
  try {
    await container.putArchive(files.archive(), { path: '/' });
    const output = await outputOf(container, ref, signal);
    const found = judge(output, ref, title);
    const id = await commit(container, image, found, adapting);
    try {
      await check(docker, id, found, adapting);
      await docker.getImage(id).tag({ repo: REPOSITORY, tag: name.slice(REPOSITORY.length + 1) });
    } catch (error) {
      await docker.getImage(id).remove({ force: true });
      throw error;
    }
    return found;
  } finally {
    await container.remove({ force: true, v: true });
  }
}

/** Runs a container that was not started yet to its end. */
async function outputOf(
  container: Docker.Container,
  ref: string,
  signal: AbortSignal | undefined,
): Promise<{ readonly status: number; readonly text: string }> {
  try {
    await container.start();
  } catch (cause) {
    signal?.throwIfAborted();
    if (!/no such file or directory|executable file not found/i.test(messageOf(cause))) throw cause;
    throw new RollgateError('image-without-shell', `image ${ref} has no ${SHELL}`, {
      kind: 'usage',
      hint: 'rollgate looks into an image and starts its services by its shell. Give an image that has one.',
      cause,
    });
  }
  const { StatusCode: status } = (await container.wait(signal ? { abortSignal: signal } : {})) as {
    readonly StatusCode: number;
  };
  const log = await container.logs({ stdout: true, stderr: true });
  return { status, text: demultiplex(Buffer.from(log)).text };
}

function judge(
  { status, text }: { readonly status: number; readonly text: string },
  ref: string,
  title: string,
): Found {
  const looked = readOutput(text);
  if (looked === undefined) {
    throw new RollgateError('image-unfit', `image ${ref} could not be looked into: ${status}`, {
      kind: 'usage',
      detail: text.trim().split('\n').slice(-15).join('\n'),
      hint: HINT,
    });
  }
  if ('asked' in looked) {
    const asked = looked.asked.length === 0 ? 'no Python 3' : looked.asked.join(', ');
    throw new RollgateError('version-unknown', `image ${ref}: no ${title} was found in it`, {
      kind: 'usage',
      detail: `asked for its metadata: ${asked}`,
      hint: HINT,
    });
  }
  const { found } = looked;
  if (found.missing.length > 0) {
    throw unfit(
      ref,
      found,
      title,
      found.missing.map((text) => `missing: ${text}`),
    );
  }
  return found;
}

const HINT = 'What an image needs: docs/own-image.md';

function unfit(
  ref: string,
  found: Found,
  title: string,
  problems: readonly string[],
): RollgateError {
  return new RollgateError(
    'image-unfit',
    `a lab cannot run ${title} ${found.version} of image ${ref} (${found.interpreter})`,
    { kind: 'usage', detail: problems.join('\n'), hint: HINT },
  );
}

async function commit(
  container: Docker.Container,
  { Id, Config }: Docker.ImageInspectInfo,
  found: Found,
  { own, files }: Adapting,
): Promise<string> {
  const before = Config.Env?.find((entry) => entry.startsWith('PATH='))?.slice('PATH='.length);
  const path = [own.programs, found.folder, before ?? SYSTEM_PATH].join(':');
  const labels = {
    [PROGRAMS_LABEL]: files.hash,
    [FROM_LABEL]: Id,
    [FOUND_LABEL]: encodeURIComponent(JSON.stringify(found)),
  };
  // Without a server of rollgate's the command is the script itself.
  const start = found.served?.by === 'uwsgi' ? [own.entryPoint] : [SHELL, '-c', 'exec "$@"', SHELL];
  const { Id: id } = (await container.commit({
    changes: [
      `USER ${found.user}`,
      `ENV PATH=${JSON.stringify(path)}`,
      `ENTRYPOINT ${JSON.stringify(start)}`,
      `CMD ${JSON.stringify([SHELL])}`,
      ...Object.entries(labels).map(([key, value]) => `LABEL ${key}=${JSON.stringify(value)}`),
    ].join('\n'),
  })) as { readonly Id: string };
  return id;
}

/** Whether the services can run as the user that was found. */
async function check(
  docker: Docker,
  id: string,
  found: Found,
  { ref, own, title, signal }: Adapting,
): Promise<void> {
  const container = await docker.createContainer({
    Image: id,
    Cmd: [...own.check],
    HostConfig: { NetworkMode: 'none' },
    Labels: { [INSPECTION_LABEL]: ref },
  });
  try {
    const { status, text } = await outputOf(container, ref, signal);
    if (status === 0) return;
    const problems = problemsOf(text).map((problem) => `as user ${found.user}: ${problem}`);
    throw unfit(ref, found, title, problems);
  } finally {
    await container.remove({ force: true, v: true });
  }
}
