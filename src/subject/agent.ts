import type { ContainerSpec } from '../containers/port.ts';
import type { Keystone } from '../infra/keystone.ts';
import type { Secrets } from '../infra/secrets.ts';

/** The facts about a lab that are known before it exists. */
export interface AgentPlan {
  /** Kinds of services that the topology has. */
  readonly services: ReadonlySet<string>;
  /** Of base and target. */
  readonly versions: readonly string[];
}

/**
 * A program that plays the guest of the subject's object, in a separate container. It prints a line
 * of JSON for each request: see `agentLine` in `src/run/steps/agent.ts`.
 */
export interface GuestAgent {
  /** Its requests in words, by the names of its probes, which are all in the subject's shape. */
  probes(plan: AgentPlan): Readonly<Record<string, string>>;
  /** For a container of the base's image, in the lab's network. */
  program(
    lab: { readonly keystone: Keystone; readonly secrets: Secrets },
    plan: AgentPlan,
  ): Promise<Pick<ContainerSpec, 'command' | 'files'>>;
}
