import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { execa } from 'execa';
import { connectDocker } from '../../src/containers/docker.ts';
import { DockerContainerEngine } from '../../src/containers/docker/container-engine.ts';
import { waitFor } from '../../src/containers/wait.ts';
import { findLabs } from '../../src/lab/find.ts';
import { LAB } from '../../src/lab/labels.ts';
import { BIN } from '../cli/rollgate.ts';

export const docker = await connectDocker();
export const engine = new DockerContainerEngine(docker);

/** Prefix of every lab of this process's tests. No other process uses it. */
const PREFIX = `test-${randomBytes(3).toString('hex')}`;

export function labName(what: string): string {
  return `${PREFIX}-${what}`;
}

/** Longer than any command here takes; a test that hangs shall say where. */
const LIMIT_SECONDS = 300;

/** A command line under way. */
export interface Command {
  /** Waits until a line of standard output or error fits. Fails when the process ends first. */
  said(pattern: RegExp): Promise<string>;
  kill(signal: NodeJS.Signals): void;
  /** Closes its terminal: output is lost, then SIGHUP comes. */
  hangUp(): void;
  readonly ended: Promise<{
    readonly exitCode: number | undefined;
    readonly stdout: string;
    readonly stderr: string;
  }>;
}

/** Starts the real command line as a separate process, outside the project's folder. */
export function rollgate(...args: readonly string[]): Command {
  const child = execa(process.execPath, [BIN, ...args], {
    cwd: tmpdir(),
    reject: false,
    timeout: LIMIT_SECONDS * 1000,
    killSignal: 'SIGKILL',
    maxBuffer: 200_000_000,
    env: { CI: 'true', FORCE_COLOR: undefined, NO_COLOR: undefined, ROLLGATE_DEBUG: undefined },
  });
  const lines: string[] = [];
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listen of listeners) listen();
  };
  const listenTo = (input: Readable): void => {
    createInterface({ input }).on('line', (line) => {
      lines.push(line);
      changed();
    });
  };
  listenTo(child.stdout);
  listenTo(child.stderr);
  let over = false;
  const ended = child.then(({ exitCode, stdout, stderr }) => {
    over = true;
    changed();
    return { exitCode, stdout, stderr };
  });
  return {
    kill: (signal) => child.kill(signal),
    hangUp() {
      child.stdout.destroy();
      child.stderr.destroy();
      child.kill('SIGHUP');
    },
    ended,
    said(pattern) {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const look = (): void => {
        const line = lines.find((candidate) => pattern.test(candidate));
        if (line !== undefined) resolve(line);
        else if (over) reject(new Error(`ended without ${pattern}:\n${lines.join('\n')}`));
        else return;
        listeners.delete(look);
      };
      listeners.add(look);
      look();
      return promise;
    },
  };
}

/** The names of all that carries a lab's label. */
export async function partsOf(lab: string): Promise<readonly string[]> {
  const { containers, networks, volumes } = await engine.find({ [LAB]: lab });
  return [
    ...containers.map(({ name }) => `container ${name}`),
    ...networks.map(({ name }) => `network ${name}`),
    ...volumes.map(({ name }) => `volume ${name}`),
  ].sort();
}

/** Waits until a part of a lab is there, e.g. /^network/. */
export function appeared(lab: string, part: RegExp): Promise<string> {
  return waitFor({ what: `${part} of ${lab}`, limitSeconds: 90, everyMs: 10 }, async () => {
    const found = (await partsOf(lab)).find((candidate) => part.test(candidate));
    return found === undefined ? { notYet: 'not there' } : { value: found };
  });
}

/** Waits until nothing of a lab is left, without a command that would remove it. */
export async function vanished(lab: string): Promise<void> {
  await waitFor({ what: `the end of ${lab}`, limitSeconds: 60, everyMs: 200 }, async () => {
    const [left] = await partsOf(lab);
    return left === undefined ? { value: undefined } : { notYet: `there is ${left}` };
  });
}

/** The time within which an engine finishes late work. */
export const LATE_MS = 3000;
const LOOK_EVERY_MS = 250;

/** The parts of labs that came after their end. */
const latecomers: Promise<readonly string[]>[] = [];

/**
 * Nothing of a lab is there. `removeLabs` asserts that nothing came seconds later, so that no other
 * lab may have the name.
 */
export async function nothingLeft(t: ExecutionContext, lab: string): Promise<void> {
  t.deepEqual(await partsOf(lab), []);
  const coming = lateParts(lab);
  // Its error is that of `removeLabs`.
  coming.catch(() => undefined);
  latecomers.push(coming);
}

async function lateParts(lab: string): Promise<readonly string[]> {
  const until = performance.now() + LATE_MS;
  while (performance.now() < until) {
    await delay(LOOK_EVERY_MS);
    const parts = await partsOf(lab);
    if (parts.length > 0) return parts;
  }
  return [];
}

/** For `test.after.always`: removes what a failed test left. */
export async function removeLabs(t: ExecutionContext): Promise<void> {
  await Promise.allSettled(latecomers);
  for (const { name } of await findLabs(engine)) {
    if (name.startsWith(PREFIX)) await engine.sweep({ [LAB]: name }, { settleMs: 1000 });
  }
  t.deepEqual(
    (await Promise.all(latecomers)).flat(),
    [],
    'parts of labs that came after their end',
  );
}
