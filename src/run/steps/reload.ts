import { waitFor } from '../../containers/wait.ts';
import { RollgateError } from '../../errors.ts';
import type { Action } from '../../plan/step.ts';
import { instanceName, type ServiceInstance } from '../../scenario/topology/topology.ts';
import type { Serving } from '../../subject/subject.ts';
import type { RunContext } from '../context.ts';
import { runningRelease } from './service-actions.ts';

/** Has a running service read its configuration anew, and waits until it serves. */
export async function reload(
  { target, vhost }: Extract<Action, { kind: 'reload' }>,
  context: RunContext,
): Promise<void> {
  const { emit, now, state } = context;
  const { engineId } = await readAnew(context, target, vhost);
  if (engineId !== undefined) state.engineServes(instanceName(target), { engineId, vhost });
  emit({ type: 'service-reloaded', at: now(), node: target.node, service: target.service });
}

/**
 * Rewrites a service's configuration and sends it SIGHUP. An API's server keeps its socket open,
 * and puts new workers in the place of the old (uWSGI, "Managing the uWSGI server": SIGHUP reloads
 * gracefully). So does the first process of a service under cotyledon. It reads the configuration
 * and starts another worker, while the old one stops as for SIGTERM. A service of one process
 * starts anew within it. Waits for new workers, and until the service serves.
 */
export async function readAnew(
  context: RunContext,
  target: ServiceInstance,
  vhost: string,
): Promise<Serving> {
  const { lab, plan, signal } = context;
  const { release, side } = await runningRelease(context, target);
  const container = lab.container(target);
  const before = await workers(context, container);
  await lab.configure(target, { vhost, side });
  const startedAt = Date.now();
  await succeed(context, container, ['kill', '-HUP', '1']);
  if (before.length > 0) await awaitWorkers(context, target, before);
  const limitSeconds = plan.serveSeconds;
  return lab.awaitServing(target, release, { vhost, startedAt, limitSeconds, signal });
}

/** Waits until new workers run. The old worker of an engine may have work to finish. */
function awaitWorkers(
  context: RunContext,
  target: ServiceInstance,
  before: readonly string[],
): Promise<unknown> {
  const { lab, plan, signal } = context;
  const what = `${instanceName(target)} to have new workers`;
  const isNew = (pid: string): boolean => !before.includes(pid);
  return waitFor({ what, limitSeconds: plan.serveSeconds, signal }, async () => {
    const now = await workers(context, lab.container(target));
    const fresh = target.role === 'api' ? now.length > 0 && now.every(isNew) : now.some(isNew);
    return fresh ? { value: true } : { notYet: `workers ${now.join(', ')}` };
  });
}

/**
 * The children of the service's first process, which is the child of an init where the image has
 * one. An image has Python and may lack ps.
 */
const CHILDREN = [
  'import pathlib',
  'children = {}',
  'for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):',
  '    fields = stat.read_text().rpartition(")")[2].split()',
  '    children.setdefault(fields[1], []).append(stat.parent.name)',
  'init = pathlib.Path("/proc/1/comm").read_text().strip() == "dumb-init"',
  'first = children["1"][0] if init else "1"',
  'print("\\n".join(children.get(first, [])))',
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
