import { readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { PROC, programOf } from './process-identity.ts';

/** Files that make dockerd and containerd believe that another one runs. */
export interface EngineFiles {
  /** A file with a process id → the program that this process has to be. */
  readonly pidFiles: Readonly<Record<string, string>>;
  readonly sockets: readonly string[];
  readonly proc: string;
}

export const ENGINE_FILES: EngineFiles = {
  pidFiles: {
    '/var/run/docker.pid': 'dockerd',
    // dockerd's own containerd; dockerd 20.10 trusts the id without asking which process has it.
    '/var/run/docker/containerd/containerd.pid': 'containerd',
  },
  // If it exists, dockerd starts no containerd of its own, and waits for this one in vain.
  sockets: ['/run/containerd/containerd.sock'],
  proc: PROC,
};

/**
 * Removes files of a hard stop that would prevent dockerd from starting.
 *
 * @returns The files removed.
 */
export async function removeStaleFiles(files: EngineFiles = ENGINE_FILES): Promise<string[]> {
  const pidFiles = Object.entries(files.pidFiles).flatMap(([file, program]) => {
    const pid = readPid(file);
    return pid === undefined || programOf(pid, files.proc) === program ? [] : [file];
  });
  const refused = await Promise.all(
    files.sockets.map(async (file) => ((await refusesConnections(file)) ? [file] : [])),
  );
  const stale = [...pidFiles, ...refused.flat()];
  for (const file of stale) rmSync(file, { force: true });
  return stale;
}

/** `undefined` without the file; 0, which no process has, for a file without a number. */
function readPid(file: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(file, 'utf8'), 10) || 0;
  } catch {
    return undefined;
  }
}

function refusesConnections(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket);
    connection.once('connect', () => {
      connection.destroy();
      resolve(false);
    });
    connection.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'ECONNREFUSED');
    });
  });
}
