import { RollgateError } from '../../errors.ts';
import type { Action } from '../../plan/step.ts';
import { serversOf } from '../../scenario/topology/infrastructure.ts';
import type { RunContext } from '../context.ts';

type Task = Extract<Action, { kind: 'infrastructure-task' }>;

const COMMANDS = {
  'enable-feature-flags': ['rabbitmqctl', 'enable_feature_flag', 'all'],
} as const satisfies Record<Task['task'], readonly string[]>;

/**
 * Carries out what the upgrade of a service needs besides the swap of its servers, in the first of
 * them.
 *
 * @throws RollgateError `infrastructure-task-failed` with the output.
 */
export async function carryOutTask(
  { task, service }: Task,
  { lab, signal }: RunContext,
): Promise<void> {
  const command = COMMANDS[task];
  const [server = service] = serversOf(lab.topology, service);
  const container = lab.infrastructure(server);
  const { exitCode, stdout, stderr } = await lab.engine.exec(container, command, { signal });
  if (exitCode === 0) return;
  throw new RollgateError(
    'infrastructure-task-failed',
    `${command.join(' ')} on ${server} ended with ${exitCode}`,
    { detail: `${stdout}${stderr}`.trim() },
  );
}
