import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { messageOf, RollgateError } from '../../errors.ts';
import { userFolder } from '../../files/temporary.ts';
import { canInstallPackages, installPackages } from '../host/debian-packages.ts';
import { lockFile, withLock } from '../host/process-lock.ts';
import { findProgram, SYSTEM_PATH } from '../host/programs.ts';
import { BuildReader, followBuild } from './build-stream.ts';
import type { ImageProgress } from './progress.ts';

/** How a base is bootstrapped; a change of these changes every image. */
export const BOOTSTRAP_OPTIONS = [
  '--variant=minbase',
  // Frozen mirrors serve the Release files of forky and sid long after they expired.
  '--aptopt=Acquire::Check-Valid-Until "false"',
  '--aptopt=Acquire::Languages "none"',
  '--dpkgopt=path-exclude=/usr/share/man/*',
  '--dpkgopt=path-exclude=/usr/share/info/*',
  '--dpkgopt=path-exclude=/usr/share/locale/*',
  '--dpkgopt=path-include=/usr/share/locale/locale.alias',
  '--dpkgopt=path-exclude=/usr/share/doc/*',
  '--dpkgopt=path-include=/usr/share/doc/*/copyright',
  '--include=ca-certificates,eatmydata',
] as const;

/** A suite, as of today or from a dated archive. */
export interface Debian {
  readonly suite: string;
  readonly archive?: string;
}

/** Label on a bootstrapped suite: how it was made. */
export function bootstrapLabel({ archive }: Debian): string {
  const made = archive === undefined ? BOOTSTRAP_OPTIONS : [...BOOTSTRAP_OPTIONS, archive];
  const hash = createHash('sha256').update(JSON.stringify(made)).digest('hex');
  return `rollgate.bootstrap=${hash.slice(0, 16)}`;
}

/** The arguments of mmdebstrap for printing a suite as a tar: `-` is its standard output. */
export function bootstrapArguments({ suite, archive }: Debian): readonly string[] {
  return [...BOOTSTRAP_OPTIONS, suite, '-', ...(archive === undefined ? [] : [archive])];
}

/**
 * The folder in which mmdebstrap unpacks. Only one process at a time bootstraps, so files there at
 * the start are from a killed one.
 */
export function bootstrapFolder(): string {
  return join(userFolder(), 'bootstrap');
}

/**
 * Removes the files of a killed process. mmdebstrap mounts in its own namespace, so no mount is
 * left.
 */
export async function sweepBootstraps(folder = bootstrapFolder()): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

/**
 * Makes a bare Debian suite from packages, without a registry.
 *
 * @returns The id of the imported image.
 * @throws RollgateError `image-build-failed` with mmdebstrap's last lines.
 */
export async function bootstrap(
  docker: Docker,
  debian: Debian,
  progress: ImageProgress,
  signal: AbortSignal,
): Promise<string> {
  const { suite, archive } = debian;
  const from = archive === undefined ? '' : ` from ${archive}`;
  await ensureMmdebstrap(suite, progress, signal);
  progress.enter('bootstrap', `bootstrapping Debian ${suite}${from} with mmdebstrap`);
  const folder = join(bootstrapFolder(), suite);
  await mkdir(folder, { recursive: true });
  try {
    return await importSuite(docker, debian, folder, progress, signal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function importSuite(
  docker: Docker,
  debian: Debian,
  folder: string,
  progress: ImageProgress,
  signal: AbortSignal,
): Promise<string> {
  const { suite } = debian;
  const child = spawn('mmdebstrap', bootstrapArguments(debian), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: SYSTEM_PATH, TMPDIR: folder },
  });
  // Its own handler unmounts and removes the unpacked files.
  const stop = (): boolean => child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-8000);
    progress.detail(lastLine(text));
  });
  try {
    const reader = new BuildReader(`base:${suite}`, (line) => progress.detail(line));
    const problem = await importOutput(docker, child, reader, {
      changes: `LABEL ${bootstrapLabel(debian)}`,
    });
    signal.throwIfAborted();
    if (problem !== undefined) throw bootstrapFailure(debian, problem, output);
    if (reader.id === undefined) {
      throw bootstrapFailure(debian, 'the engine gave no image', output);
    }
    return reader.id;
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

/**
 * Imports a tar that a process prints, and waits until the process has ended. The request begins
 * with the first output. The engine closes a connection without a request after 5 minutes (moby,
 * `ReadHeaderTimeout` of cmd/dockerd/daemon.go), and a slow mirror takes longer.
 *
 * @returns What went wrong. The process is stopped if the engine does not take its output.
 */
export async function importOutput(
  docker: Docker,
  child: ChildProcessByStdio<null, Readable, Readable>,
  reader: BuildReader,
  options: { readonly changes: string },
): Promise<string | undefined> {
  const ended = once(child, 'close') as Promise<[number | null]>;
  const imported = once(child.stdout, 'readable')
    .then(() => docker.importImage(child.stdout, options))
    .then((stream) => followBuild(docker, stream, reader))
    .then(
      () => undefined,
      (error: unknown) => {
        child.kill('SIGTERM');
        // While the request takes nothing, its pipe would hold the output back for ever.
        child.stdout.unpipe().resume();
        return messageOf(error);
      },
    );
  const [[status], refusal] = await Promise.all([ended, imported]);
  const failure = status === 0 || status === null ? undefined : `mmdebstrap ended with ${status}`;
  const problems = [failure, refusal].filter((problem) => problem !== undefined);
  return problems.length === 0 ? undefined : problems.join('; ');
}

async function ensureMmdebstrap(
  suite: string,
  progress: ImageProgress,
  signal: AbortSignal,
): Promise<void> {
  if (findProgram('mmdebstrap') !== undefined) return;
  if (!canInstallPackages()) {
    throw new RollgateError(
      'image-build-failed',
      `base:${suite}: no registry is reachable to pull debian:${suite}-slim from, and there is no mmdebstrap to make it with`,
      { hint: 'Install mmdebstrap, or pull or load that image by hand.' },
    );
  }
  // Several bases are bootstrapped at once, and all need it.
  await withLock({ file: lockFile('mmdebstrap'), signal }, async () => {
    if (findProgram('mmdebstrap') !== undefined) return;
    // The keyring is for hosts other than Debian, for example Ubuntu.
    await installPackages(['mmdebstrap', 'debian-archive-keyring'], {
      onProgress: (line) => progress.enter('bootstrap', line),
      signal,
    });
  });
}

function bootstrapFailure(
  { suite, archive }: Debian,
  reason: string,
  output: string,
): RollgateError {
  return new RollgateError(
    'image-build-failed',
    `base:${suite} could not be bootstrapped: ${reason}`,
    {
      detail: output.trimEnd().split('\n').slice(-15).join('\n'),
      hint:
        archive === undefined
          ? 'See whether this machine reaches a Debian mirror, then build again.'
          : `The catalogue pins ${suite} to ${archive}: see whether this machine reaches it, and whether it has ${suite}.`,
    },
  );
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}
