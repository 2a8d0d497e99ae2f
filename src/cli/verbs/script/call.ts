import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { RollgateError } from '../../../errors.ts';
import { jsonIn } from '../../../json.ts';
import {
  answerSchema,
  SOCKET,
  type CallAnswer,
  type ScriptCall,
} from '../../../run/script/protocol.ts';
import { defaultSubject } from '../../../subject/registry.ts';
import type { CliContext } from '../../context.ts';

/** A lab without a run, for a command that no run has started. */
export interface BareLab {
  /** Default: ROLLGATE_LAB. */
  readonly lab?: string | undefined;
  /** The release that services go to. Default: ROLLGATE_TARGET. */
  readonly release?: string | undefined;
}

/**
 * The answer of the run that this process's script drives. Without such a run, the same call on a
 * running lab.
 *
 * @throws RollgateError `no-run-to-drive`, `run-over`; the run's errors; see `doByHand`.
 */
export async function askRun(
  call: ScriptCall,
  context: CliContext,
  standing: BareLab = {},
): Promise<string> {
  const { env } = context;
  const path = env[SOCKET];
  const lab = standing.lab ?? env['ROLLGATE_LAB'];
  if (path === undefined && lab !== undefined) {
    return standingCall(call, context, {
      lab,
      release: standing.release ?? env['ROLLGATE_TARGET'],
    });
  }
  if (path === undefined) {
    throw new RollgateError('no-run-to-drive', `${SOCKET} is not set: no run is there to ask`, {
      kind: 'usage',
      hint: 'This is for a script that a run has started: see `choreography: script` in docs/choreographies.md. For a running lab, name it with --lab.',
    });
  }
  const answer = answerOf(await exchange(path, call, context.signal), path);
  if (answer.status === 'done') return answer.text;
  const { code, message, hint } = answer;
  throw new RollgateError(code, message, hint === undefined ? {} : { hint });
}

async function standingCall(
  call: ScriptCall,
  context: CliContext,
  { lab, release }: { readonly lab: string; readonly release: string | undefined },
): Promise<string> {
  const { doByHand } = await import('../../../runs/by-hand.ts');
  const { openEngine, provision } = await import('../../../runs/provision.ts');
  const { designOfLab } = await import('../../options/lab.ts');
  const { signal } = context;
  const onProgress = (line: string): void => context.stderr(line);
  return doByHand(call, {
    engine: await openEngine(onProgress),
    lab,
    signal,
    target: async () => {
      if (release === undefined) {
        throw new RollgateError('no-target', 'the target release of the lab is not known', {
          kind: 'usage',
          hint: 'Name it with --release 2026.1 or ROLLGATE_TARGET.',
        });
      }
      const chosen = await designOfLab({ series: release, topology: '1x1' });
      const { overlays } = chosen;
      const releases = [chosen.release];
      await provision({ subject: defaultSubject, releases, overlays, onProgress, signal });
      return chosen.release;
    },
  });
}

/** Asks the run, and prints its answer. @throws Like `askRun`. */
export async function callRun(
  call: ScriptCall,
  context: CliContext,
  standing?: BareLab,
): Promise<void> {
  const text = await askRun(call, context, standing);
  if (text !== '') context.stdout(text);
}

async function exchange(path: string, call: ScriptCall, signal: AbortSignal): Promise<string> {
  const socket = connect({ path, signal });
  socket.write(`${JSON.stringify(call)}\n`);
  try {
    const answer = await text(socket);
    if (answer !== '') return answer;
  } catch (cause) {
    signal.throwIfAborted();
    throw over(path, cause);
  }
  throw over(path);
}

/** @throws RollgateError `unexpected-answer`: the socket is another program's. */
function answerOf(text: string, path: string): CallAnswer {
  const { success, data } = answerSchema.safeParse(jsonIn(text));
  if (success) return data;
  throw notARun(path);
}

/** The error for an answer that no run of this version gives. */
export function notARun(path: string | undefined): RollgateError {
  return new RollgateError('unexpected-answer', `what answers at ${path} is not a run`, {
    hint: `${SOCKET} is set by the run that starts a script. Leave it as it is.`,
  });
}

function over(path: string, cause?: unknown): RollgateError {
  return new RollgateError('run-over', `the run does not answer at ${path}: it is over`, { cause });
}
