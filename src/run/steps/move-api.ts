import { waitFor } from '../../containers/wait.ts';
import { RollgateError } from '../../errors.ts';
import type { Action } from '../../plan/step.ts';
import { instanceName } from '../../scenario/topology/topology.ts';
import type { RunContext } from '../context.ts';
import { runningRelease } from './service-actions.ts';

/**
 * Rewrites a running api's configuration for another vhost and reloads it. The server keeps its
 * socket open, and replaces its workers (uWSGI, "Managing the uWSGI server": SIGHUP reloads
 * gracefully). The container's label keeps naming the previous vhost.
 */
export async function moveApi(
  { target, vhost }: Extract<Action, { kind: 'move-api' }>,
  context: RunContext,
): Promise<void> {
  const { lab, plan, signal, emit, now } = context;
  const container = lab.container(target);
  const before = await workers(context, container);
  const { release, side } = await runningRelease(context, target);
  await lab.configure(target, { vhost, side });
  await succeed(context, container, ['kill', '-HUP', '1']);
  await waitFor(
    {
      what: `${instanceName(target)} to have new workers`,
      limitSeconds: plan.serveSeconds,
      signal,
    },
    async () => {
      const now = await workers(context, container);
      const fresh = now.length > 0 && now.every((pid) => !before.includes(pid));
      return fresh ? { value: true } : { notYet: `workers ${now.join(', ')}` };
    },
  );
  await lab.awaitServing(target, release, {
    vhost,
    startedAt: 0,
    limitSeconds: plan.serveSeconds,
    signal,
  });
  emit({ type: 'service-moved', at: now(), node: target.node, service: target.service, vhost });
}

/** The children of the container's first process. An image has Python and may lack ps. */
const CHILDREN = [
  'import pathlib',
  'for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):',
  '    fields = stat.read_text().rpartition(")")[2].split()',
  '    if fields[1] == "1": print(stat.parent.name)',
].join('\n');

async function workers(context: RunContext, container: string): Promise<readonly string[]> {
  const text = await succeed(context, container, ['python3', '-c', CHILDREN]);
  return text.split('\n').filter(Boolean);
}

async function succeed(
  { lab, signal }: RunContext,
  container: string,
  command: readonly string[],
): Promise<string> {
  const { exitCode, stdout, stderr } = await lab.engine.exec(container, command, { signal });
  if (exitCode === 0) return stdout;
  throw new RollgateError('not-moved', `${command[0]} in ${container} ended with ${exitCode}`, {
    detail: stderr.trim(),
  });
}
