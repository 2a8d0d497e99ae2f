import { swappedRef } from '../../containers/images/recipe.ts';
import { waitFor } from '../../containers/wait.ts';
import { containerNamed } from '../../lab/find.ts';
import { readVersionLabel } from '../../lab/labels.ts';
import type { Action } from '../../plan/step.ts';
import type { Infrastructure } from '../../scenario/topology/infrastructure.ts';
import type { RunContext } from '../context.ts';

/** Enough time for a database to write its data. */
const GRACE_SECONDS = 60;

/**
 * HAProxy does not handle SIGTERM, and the kernel ignores it for a container's first process.
 * HAProxy would keep serving until the grace period is over, and then be killed.
 */
const graceOf = (service: Infrastructure): number => (service === 'haproxy' ? 0 : GRACE_SECONDS);

/**
 * Stops an infrastructure service, and starts the one of another suite in its place, with its data.
 */
export async function swapInfrastructure(
  step: Extract<Action, { kind: 'swap-infrastructure' }>,
  context: RunContext,
): Promise<void> {
  const { lab, emit, now, watch, signal } = context;
  const { service } = step;
  emit({
    type: 'infrastructure-stopping',
    at: now(),
    service,
    version: await versionOf(context, service),
  });
  const since = Date.now();
  await lab.swapInfrastructure(service, swappedRef(step), {
    graceSeconds: graceOf(service),
    signal,
    // Its log is read to the end before it is removed.
    onStopped: () => watch.infrastructureEnded(service),
    onStarted: () => watch.followInfrastructure(service, { since }),
  });
  if (service === 'haproxy') await apisAreUp(context);
  emit({
    type: 'infrastructure-serving',
    at: now(),
    service,
    version: await versionOf(context, service),
    seconds: (Date.now() - since) / 1000,
  });
  context.state.swapped(now());
}

/** A load balancer serves once it has found its servers and checked them. */
function apisAreUp({ lab, plan, signal }: RunContext): Promise<void> {
  return waitFor(
    { what: 'HAProxy to see every API UP', limitSeconds: plan.serveSeconds, signal },
    async () => {
      const servers = [...(await lab.balancer.servers(signal))];
      const down = servers.filter(([, { status }]) => !status.startsWith('UP'));
      return down.length === 0 && servers.length > 0
        ? { value: undefined }
        : { notYet: down.map(([name, { status }]) => `${name} ${status}`).join(', ') };
    },
  );
}

async function versionOf({ lab }: RunContext, service: Infrastructure): Promise<string> {
  const found = await containerNamed(lab, lab.infrastructure(service));
  return readVersionLabel(found?.labels ?? {});
}
