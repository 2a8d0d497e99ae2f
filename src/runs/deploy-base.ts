import type { ContainerEngine } from '../containers/port.ts';
import { deploy, type DeployOptions } from '../lab/deploy.ts';
import type { Deployment } from '../lab/deployment/deployment.ts';
import type { Plan } from '../plan/plan.ts';
import type { ScopedConfig } from '../scenario/config.ts';
import { subjectNamed } from '../subject/registry.ts';

/**
 * Starts the initial lab of a plan.
 *
 * @param options.reporting Makes the target's services report which changed lines run.
 * @throws See deploy.
 */
export function deployBase(
  engine: ContainerEngine,
  plan: Plan,
  {
    reporting,
    ...options
  }: Pick<
    DeployOptions,
    'name' | 'secrets' | 'givenDatabase' | 'onProgress' | 'signal' | 'onLastLogs'
  > & {
    readonly reporting?: ScopedConfig | undefined;
  },
): Promise<Deployment> {
  return deploy({
    ...options,
    engine,
    subject: subjectNamed(plan.subject),
    topology: plan.topology,
    release: plan.base,
    config: plan.config,
    // The user's options come later, so they take precedence.
    configFor: reporting === undefined ? plan.configFor : [reporting, ...plan.configFor],
    balancerSettings: plan.balancer,
    databaseOptions: plan.database,
    infrastructureUpgrades: plan.infrastructure,
    migrateSeconds: plan.migrateSeconds,
    serveSeconds: plan.serveSeconds,
  });
}
