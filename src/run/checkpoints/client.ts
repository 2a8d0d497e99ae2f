import type { ExecResult } from '../../containers/port.ts';
import type { RunContext } from '../context.ts';
import type { Variables } from './environment.ts';

/** Tempest, OpenStack's client, and stand-ins for grenade's and devstack's files. */
export const CLIENT_IMAGE = 'rollgate/tempest:latest';

/** Exit status of timeout(1) when the time is up. */
const TOO_LONG = 124;
/** Between SIGTERM and SIGKILL. */
const KILL_AFTER_SECONDS = 5;

/**
 * The container in the lab's network in which checks run; the first check that needs it starts it.
 */
export function clientOf(context: RunContext): Promise<string> {
  const { lab, signal, state } = context;
  return state.client(() => lab.startBeside('client', { image: CLIENT_IMAGE }, signal));
}

export async function removeClient({ state, lab }: RunContext): Promise<void> {
  if (state.startedClient === undefined) return;
  const [started] = await Promise.allSettled([state.startedClient]);
  if (started?.status === 'fulfilled') await lab.engine.remove(started.value);
}

export interface ClientCommand {
  readonly command: readonly string[];
  readonly environment?: Variables;
  readonly limitSeconds: number;
  readonly onLines: (lines: string, stream: 'stdout' | 'stderr') => void;
}

/** Runs a command in the client, which ends when its time is up. */
export async function runInClient(
  { command, environment, limitSeconds, onLines }: ClientCommand,
  context: RunContext,
): Promise<Pick<ExecResult, 'exitCode'> & { readonly tooLong: boolean }> {
  const limited = ['timeout', `--kill-after=${KILL_AFTER_SECONDS}`, String(limitSeconds)];
  const { exitCode } = await context.lab.engine.exec(
    await clientOf(context),
    [...limited, ...command],
    {
      onLines,
      signal: context.signal,
      ...(environment === undefined ? {} : { environment }),
    },
  );
  return { exitCode, tooLong: exitCode === TOO_LONG };
}
