import type { Side } from '../scenario/release.ts';
import {
  instanceName,
  type Role,
  type ServiceInstance,
  type Topology,
} from '../scenario/topology.ts';
import { CHOREOGRAPHIES } from './choreographies/registry.ts';
import type { Choreography, Draft } from './draft.ts';

/** What comes together while a choreography is carried out. */
export interface Coexistence {
  /** Services of base and of target run at a time. */
  readonly releases: boolean;
  /** They do so on one broker vhost, and so take messages of each other. */
  readonly messages: boolean;
  /** In the end all that runs is the target's. */
  readonly upgrades: boolean;
}

/** Names of choreographies that upgrade a topology and keep something apart. */
export interface Apart {
  readonly releases: readonly string[];
  readonly messages: readonly string[];
}

/** Which choreographies keep base and target apart, by what they do to a topology. */
export function choreographiesApart(topology: Topology): Apart {
  const known = CHOREOGRAPHIES.map((choreography) => ({
    name: choreography.name,
    ...coexistence(choreography, topology),
  })).filter(({ upgrades }) => upgrades);
  return {
    releases: known.filter(({ releases }) => !releases).map(({ name }) => name),
    messages: known.filter(({ messages }) => !messages).map(({ name }) => name),
  };
}

const VHOSTS = { baseVhost: 'base', nextVhost: 'next' } as const;

/** Carries a choreography out on paper, and looks after every step who runs where. */
export function coexistence(choreography: Choreography, topology: Topology): Coexistence {
  const stages = choreography.stages({
    ...VHOSTS,
    topology,
    apis: servicesOf(topology, 'api'),
    engines: servicesOf(topology, 'engine'),
    mixedSeconds: 0,
  });
  const running = new Map<string, { readonly side: Side; readonly vhost: string }>(
    topology.nodes
      .flatMap(({ services }) => services)
      .map((instance) => [instanceName(instance), { side: 'base', vhost: VHOSTS.baseVhost }]),
  );
  let releases = false;
  let messages = false;
  for (const { steps } of stages) {
    for (const draft of leaves(steps)) {
      carryOut(draft, running);
      const all = [...running.values()];
      const ofTarget = all.filter(({ side }) => side === 'target').map(({ vhost }) => vhost);
      const ofBase = all.filter(({ side }) => side === 'base').map(({ vhost }) => vhost);
      releases ||= ofTarget.length > 0 && ofBase.length > 0;
      messages ||= ofTarget.some((vhost) => ofBase.includes(vhost));
    }
  }
  return { releases, messages, upgrades: [...running.values()].every(isTarget) };
}

function carryOut(
  draft: Draft,
  running: Map<string, { readonly side: Side; readonly vhost: string }>,
): void {
  if (!('target' in draft)) return;
  const name = instanceName(draft.target);
  if (draft.kind === 'stop') running.delete(name);
  else if ('vhost' in draft) running.set(name, { side: draft.side, vhost: draft.vhost });
}

function* leaves(drafts: readonly Draft[]): Iterable<Exclude<Draft, { kind: 'together' }>> {
  for (const draft of drafts) {
    if (draft.kind === 'together') yield* leaves(draft.steps);
    else yield draft;
  }
}

function isTarget({ side }: { readonly side: Side }): boolean {
  return side === 'target';
}

function servicesOf({ nodes }: Topology, role: Role): readonly ServiceInstance[] {
  return nodes.flatMap(({ services }) => services).filter((service) => service.role === role);
}
