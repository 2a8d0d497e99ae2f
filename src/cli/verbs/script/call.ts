import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { RollgateError } from '../../../errors.ts';
import { answerSchema, SOCKET, type Call } from '../../../run/script/protocol.ts';
import type { CliContext } from '../../context.ts';

/**
 * What the run that this process's script drives answers.
 *
 * @throws RollgateError `no-run-to-drive`, `run-over`; what the run says is wrong.
 */
export async function askRun(call: Call, context: CliContext): Promise<string> {
  const path = context.env[SOCKET];
  if (path === undefined) {
    throw new RollgateError('no-run-to-drive', `${SOCKET} is not set: no run is there to ask`, {
      kind: 'usage',
      hint: 'This is for a script that a run has started: see `choreography: script` in docs/choreographies.md.',
    });
  }
  const answer = answerSchema.parse(JSON.parse(await exchange(path, call, context.signal)));
  if (answer.status === 'done') return answer.text;
  const { code, message, hint } = answer;
  throw new RollgateError(code, message, hint === undefined ? {} : { hint });
}

/** Asks the run, and prints what it answers. @throws As `askRun`. */
export async function callRun(call: Call, context: CliContext): Promise<void> {
  const text = await askRun(call, context);
  if (text !== '') context.stdout(text);
}

async function exchange(path: string, call: Call, signal: AbortSignal): Promise<string> {
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

function over(path: string, cause?: unknown): RollgateError {
  return new RollgateError('run-over', `the run does not answer at ${path}: it is over`, { cause });
}
