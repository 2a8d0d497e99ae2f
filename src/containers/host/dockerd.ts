import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
} from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { messageOf, RollgateError } from '../../errors.ts';
import { askEngine, type EngineAnswer } from '../docker.ts';
import { PROC, programOf } from './process-identity.ts';
import { findProgram, SYSTEM_PATH } from './programs.ts';
import { removeStaleFiles } from './stale-files.ts';

export const ENGINE_LOG = '/var/log/rollgate-dockerd.log';

/** A cold start takes 2-4 s; a start with many containers on a busy machine much longer. */
const START_LIMIT_SECONDS = 60;
const POLL_MS = 100;

export interface StartOptions {
  readonly onProgress?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

type ReadyAnswer = Extract<EngineAnswer, { readonly state: 'ready' | 'too-old' | 'podman' }>;

/**
 * Starts the installed engine so that it outlives this process, and waits until it answers. If one
 * is already starting, it waits for that one.
 *
 * @throws RollgateError `engine-start-failed`, `engine-not-answering`.
 */
export async function startEngine({ onProgress, signal }: StartOptions = {}): Promise<ReadyAnswer> {
  if (existsSync('/run/systemd/system')) {
    onProgress?.('starting the container engine: systemctl start docker');
    await startBySystemd(signal);
    return waitForAnswer({ alive: () => true, log: () => '', signal });
  }

  const running = findDockerd();
  if (running !== undefined) {
    onProgress?.(`waiting for dockerd (process ${running}), which runs and does not answer yet`);
    const alive = (): boolean => programOf(running) === 'dockerd';
    const answer = await waitForAnswer({ alive, log: () => '', signal, goneIsError: false });
    if (answer !== undefined) return answer;
  }

  for (const file of await removeStaleFiles()) onProgress?.(`removed ${file}, left by a hard stop`);
  onProgress?.(`starting the container engine; its log is ${ENGINE_LOG}`);
  return spawnDockerd(signal);
}

/** The process id of a dockerd on this machine; those inside containers do not count. */
export function findDockerd(proc = PROC): number | undefined {
  const namespace = pidNamespace('self', proc);
  return readdirSync(proc)
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find(
      (pid) => programOf(pid, proc) === 'dockerd' && pidNamespace(String(pid), proc) === namespace,
    );
}

function pidNamespace(pid: string, proc: string): string | undefined {
  try {
    return readlinkSync(`${proc}/${pid}/ns/pid`);
  } catch {
    // Not readable, or gone.
    return undefined;
  }
}

async function startBySystemd(signal: AbortSignal | undefined): Promise<void> {
  try {
    await execa('systemctl', ['start', 'docker'], {
      stdin: 'ignore',
      ...(signal === undefined ? {} : { cancelSignal: signal }),
    });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new RollgateError('engine-start-failed', 'systemctl could not start docker', {
      cause,
      detail: messageOf(cause),
      hint: 'Look at `journalctl --unit docker`.',
    });
  }
}

async function spawnDockerd(signal: AbortSignal | undefined): Promise<ReadyAnswer> {
  const program = findProgram('dockerd') ?? 'dockerd';
  const log = openSync(ENGINE_LOG, 'a');
  const before = statSync(ENGINE_LOG).size;
  let ended = false;
  // Its own session and none of our streams, because it must outlive this process.
  const child = spawn(program, [], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...process.env, PATH: SYSTEM_PATH },
  });
  child.once('error', () => (ended = true));
  child.once('exit', () => (ended = true));
  child.unref();
  closeSync(log);
  return waitForAnswer({
    alive: () => !ended,
    log: () => readFileSync(ENGINE_LOG).subarray(before).toString('utf8'),
    signal,
  });
}

interface StartingEngine {
  /** Whether the wait can still succeed. */
  readonly alive: () => boolean;
  /** Its log so far. */
  readonly log: () => string;
  readonly signal: AbortSignal | undefined;
}

async function waitForAnswer(waiting: StartingEngine): Promise<ReadyAnswer>;
async function waitForAnswer(
  waiting: StartingEngine & { readonly goneIsError: false },
): Promise<ReadyAnswer | undefined>;
async function waitForAnswer({
  alive,
  log,
  signal,
  goneIsError = true,
}: StartingEngine & { readonly goneIsError?: boolean }): Promise<ReadyAnswer | undefined> {
  const deadline = performance.now() + START_LIMIT_SECONDS * 1000;
  for (;;) {
    const answer = await askEngine();
    if ('apiVersion' in answer) return answer;
    const detail = lastLines(log());
    if (!alive()) {
      if (!goneIsError) return undefined;
      throw new RollgateError('engine-start-failed', 'dockerd ended instead of answering', {
        detail,
        hint: `Its whole log is ${ENGINE_LOG}.`,
      });
    }
    if (performance.now() > deadline) {
      throw new RollgateError(
        'engine-not-answering',
        `dockerd runs and has not answered for ${START_LIMIT_SECONDS} s: ${answer.reason}`,
        { detail, hint: 'End that dockerd, then try again.' },
      );
    }
    await delay(POLL_MS, undefined, { signal });
  }
}

/** dockerd logs a lot while it gives up; its reasons are not at level `info`. */
function lastLines(log: string): string {
  const lines = log.trimEnd().split('\n');
  return lines
    .filter((line) => !line.includes('level=info'))
    .slice(-15)
    .join('\n');
}
