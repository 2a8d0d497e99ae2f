import type { ContainerEngine } from '../containers/port.ts';
import { deploy, type DeployOptions } from '../lab/deploy.ts';
import type { Deployment } from '../lab/deployment/deployment.ts';
import type { Plan } from '../plan/plan.ts';
import { subjectNamed } from '../subject/registry.ts';

/** Brings up the lab that a plan begins with. @throws See deploy. */
export function deployBase(
  engine: ContainerEngine,
  plan: Plan,
  options: Pick<DeployOptions, 'name' | 'secrets' | 'onProgress' | 'signal' | 'onLastLogs'>,
): Promise<Deployment> {
  return deploy({
    ...options,
    engine,
    subject: subjectNamed(plan.subject),
    topology: plan.topology,
    release: plan.base,
    config: plan.config,
    configFor: plan.configFor,
    balancerSettings: plan.balancer,
    databaseOptions: plan.database,
    keepsDataOf: plan.infrastructure.map(({ service }) => service),
    serveSeconds: plan.serveSeconds,
  });
}
