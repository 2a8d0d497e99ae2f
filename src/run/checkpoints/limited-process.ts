import { execa } from 'execa';
import { messageOf } from '../../errors.ts';
import { endOnAbort } from '../../process-group.ts';
import type { Variables } from './environment.ts';

export interface LimitedProcess {
  readonly command: string;
  readonly arguments: readonly string[];
  /** In addition to this process's own. */
  readonly environment: Variables;
  readonly directory: string;
  readonly limitSeconds: number;
  readonly signal: AbortSignal;
  /** Gets each line of its output, standard output and error together. */
  readonly onLine: (line: string) => void;
}

export type ProcessEnd =
  | { readonly kind: 'exited'; readonly status: number }
  | { readonly kind: 'killed'; readonly signal: string }
  | { readonly kind: 'too-long' }
  | { readonly kind: 'not-started'; readonly why: string };

/** Between SIGTERM and SIGKILL. */
const GRACE_MS = 3000;

/** Runs a user's program and its child processes, up to a time limit. */
export async function runLimited(options: LimitedProcess): Promise<ProcessEnd> {
  const { limitSeconds, signal, onLine } = options;
  signal.throwIfAborted();
  // In its own process group, so that its children end with it.
  const child = execa(options.command, [...options.arguments], {
    cwd: options.directory,
    env: { ...options.environment },
    stdin: 'ignore',
    all: true,
    buffer: false,
    reject: false,
    detached: true,
  });
  const limit = AbortSignal.timeout(limitSeconds * 1000);
  const over = AbortSignal.any([signal, limit]);
  const groupEnded = endOnAbort(child.nodeChildProcess, over, { graceMs: GRACE_MS });
  try {
    for await (const line of child.iterable({ from: 'all' })) onLine(line);
  } catch {
    // Its result says how it ended.
  }
  const ended = await child;
  await groupEnded();
  signal.throwIfAborted();
  if (limit.aborted) return { kind: 'too-long' };
  if (ended.exitCode !== undefined) return { kind: 'exited', status: ended.exitCode };
  if (ended.signal !== undefined) return { kind: 'killed', signal: ended.signal };
  return { kind: 'not-started', why: messageOf(ended.cause ?? ended) };
}
