import { swappedRef } from '../../containers/images/recipe.ts';
import { waitFor } from '../../containers/wait.ts';
import { RollgateError } from '../../errors.ts';
import { balancedInfrastructure } from '../../infra/haproxy.ts';
import { containerNamed } from '../../lab/find.ts';
import { readVersionLabel } from '../../lab/labels.ts';
import type { Action } from '../../plan/step.ts';
import type { ServerName, WithServers } from '../../scenario/topology/infrastructure.ts';
import type { RunContext } from '../context.ts';

/** Enough time for a database to write its data. */
const GRACE_SECONDS = 60;

/**
 * HAProxy does not handle SIGTERM, and the kernel ignores it for a container's first process.
 * HAProxy would keep serving until the grace period is over, and then be killed.
 */
const graceOf = (server: ServerName): number => (server === 'haproxy' ? 0 : GRACE_SECONDS);

/**
 * Stops an infrastructure server, and starts the one of another suite in its place, with its data.
 */
export async function swapInfrastructure(
  step: Extract<Action, { kind: 'swap-infrastructure' }>,
  context: RunContext,
): Promise<void> {
  const { lab, emit, now, watch, signal } = context;
  const { server } = step;
  await lab.awaitSpare(server, signal);
  emit({
    type: 'infrastructure-stopping',
    at: now(),
    service: server,
    version: await versionOf(context, server),
  });
  const since = Date.now();
  try {
    await lab.swapInfrastructure(server, swappedRef(step), {
      graceSeconds: graceOf(server),
      signal,
      // Its log is read to the end before it is removed.
      onStopped: () => watch.infrastructureEnded(server),
      onStarted: () => watch.followInfrastructure(server, { since }),
    });
  } catch (error) {
    if (error instanceof RollgateError && error.detail !== undefined) {
      await watch.lastLines(server, error.detail, `of ${step.suite}`);
    }
    throw error;
  }
  if (server === 'haproxy' || isBalanced(server, lab.topology)) await serversAreUp(context);
  emit({
    type: 'infrastructure-serving',
    at: now(),
    service: server,
    version: await versionOf(context, server),
    seconds: (Date.now() - since) / 1000,
  });
  context.state.swapped(now());
}

/** Whether its clients reach it through the load balancer. */
function isBalanced(server: ServerName, topology: WithServers): boolean {
  const services = balancedInfrastructure(topology).flatMap(({ servers }) => servers);
  return services.some(({ host }) => host === server);
}

/** A load balancer serves once it has found its servers and checked them. */
function serversAreUp({ lab, plan, signal }: RunContext): Promise<void> {
  return waitFor(
    { what: 'HAProxy to see every server UP', limitSeconds: plan.serveSeconds, signal },
    async () => {
      const servers = [...(await lab.balancer.servers(signal))];
      const down = servers.filter(([, { status }]) => !status.startsWith('UP'));
      return down.length === 0 && servers.length > 0
        ? { value: undefined }
        : { notYet: down.map(([name, { status }]) => `${name} ${status}`).join(', ') };
    },
  );
}

async function versionOf({ lab }: RunContext, server: ServerName): Promise<string> {
  const found = await containerNamed(lab, lab.infrastructure(server));
  return readVersionLabel(found?.labels ?? {});
}
