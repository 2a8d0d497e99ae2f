import { swappedRef } from '../../containers/images/recipe.ts';
import type { FinishedContainer } from '../../containers/port.ts';
import { RollgateError } from '../../errors.ts';
import { networkName } from '../../lab/labels.ts';
import { serverSpec } from '../../lab/specs.ts';
import type { Action } from '../../plan/step.ts';
import { firstServer } from '../../scenario/topology/infrastructure.ts';
import type { RunContext } from '../context.ts';

type Task = Extract<Action, { kind: 'infrastructure-task' }>;

/**
 * Carries out what the upgrade of a service needs besides the swap of its servers.
 *
 * @throws RollgateError `infrastructure-task-failed` with the output.
 */
export async function carryOutTask(task: Task, context: RunContext): Promise<void> {
  const command = COMMANDS[task.task];
  const { exitCode, output } =
    task.task === 'enable-feature-flags'
      ? await inFirstServer(task, command, context)
      : await withNewCode(task, command, context);
  if (exitCode === 0) return;
  throw new RollgateError(
    'infrastructure-task-failed',
    `${command.join(' ')} of ${task.service} ended with ${exitCode}`,
    { detail: output.trim().split('\n').slice(-20).join('\n') },
  );
}

const COMMANDS = {
  'enable-feature-flags': ['rabbitmqctl', 'enable_feature_flag', 'all'],
  expand: ['keystone-manage', 'db_sync', '--expand'],
  contract: ['keystone-manage', 'db_sync', '--contract'],
} as const satisfies Record<Task['task'], readonly string[]>;

async function inFirstServer(
  { service }: Task,
  command: readonly string[],
  { lab, signal }: RunContext,
): Promise<FinishedContainer> {
  const container = lab.infrastructure(firstServer(lab.topology, service));
  const { exitCode, stdout, stderr } = await lab.engine.exec(container, command, { signal });
  return { exitCode, output: `${stdout}${stderr}` };
}

/** In a container of the new image, beside the servers. */
function withNewCode(
  task: Task,
  command: readonly string[],
  { lab, plan, signal }: RunContext,
): Promise<FinishedContainer> {
  const { files } = serverSpec(
    lab,
    firstServer(lab.topology, task.service),
    lab.subject.shape.baseVhost,
  );
  const name = `${task.service}-${task.task}`;
  return lab.engine.run(
    {
      image: swappedRef(task),
      command,
      files,
      name: lab.nameBeside(name),
      hostname: name,
      aliases: [],
      network: networkName(lab.name),
      labels: lab.labels,
      readySeconds: plan.migrateSeconds,
    },
    signal,
  );
}
