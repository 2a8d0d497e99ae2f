import { once } from 'node:events';
import { chmod, rm, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { makeTemporaryFolder } from '../../files/temporary.ts';
import { shellQuoted } from '../../text/shell-quoted.ts';
import { describeError } from '../describe-error.ts';
import type { CallAnswer } from './protocol.ts';

const COMMAND = fileURLToPath(new URL('../../../bin/rollgate.js', import.meta.url));

/** Takes the calls of other processes, each over its own connection. */
export interface CallServer {
  /** The socket's path. */
  readonly socket: string;
  /** A folder with the command `rollgate` of this installation. */
  readonly bin: string;
  /** Takes no more calls, and waits for those in progress. */
  close(): Promise<void>;
}

/** Carries out a call, given as JSON, and answers with the text to print. */
export type Answering = (asked: unknown) => Promise<string>;

/**
 * In a temporary folder, not in the run's, because a socket's path has at most 107 characters
 * (unix(7)).
 */
export async function listenForCalls(answering: Answering): Promise<CallServer> {
  const folder = makeTemporaryFolder('rollgate-');
  const socket = join(folder, 'run.sock');
  const command = join(folder, 'rollgate');
  await writeFile(
    command,
    `#!/bin/sh\nexec ${[process.execPath, COMMAND].map(shellQuoted).join(' ')} "$@"\n`,
  );
  await chmod(command, 0o755);
  const connections = new Set<Socket>();
  const underWay = new Set<Promise<void>>();
  const server = createServer((connection) => {
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
    // The caller may be gone before the answer comes.
    connection.on('error', () => connection.destroy());
    createInterface({ input: connection }).once('line', (line) => {
      const work = answer(line, connection, answering).finally(() => underWay.delete(work));
      underWay.add(work);
    });
  });
  server.listen(socket);
  await once(server, 'listening');
  return {
    socket,
    bin: folder,
    async close() {
      server.close();
      await Promise.all(underWay);
      for (const connection of connections) connection.destroySoon();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answer(line: string, connection: Socket, answering: Answering): Promise<void> {
  const answer = await answerTo(line, answering);
  if (!connection.destroyed) connection.end(`${JSON.stringify(answer)}\n`);
}

async function answerTo(line: string, answering: Answering): Promise<CallAnswer> {
  try {
    return { status: 'done', text: await answering(JSON.parse(line)) };
  } catch (error) {
    return { status: 'failed', ...describeError(error) };
  }
}
