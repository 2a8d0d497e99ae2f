import type { Side } from '../scenario/release.ts';
import {
  instanceName,
  successorOf,
  type Role,
  type ServiceInstance,
  type Topology,
} from '../scenario/topology.ts';
import { CHOREOGRAPHIES } from './choreographies/registry.ts';
import type { Choreography, Draft, DraftStage } from './draft.ts';
import type { Plan } from './plan.ts';
import { BASE_VHOST } from './vhost.ts';

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

/** Which choreographies keep base and target apart on a plan's topology; its own too, if written. */
export function choreographiesApart({ choreography, topology, stages }: Plan): Apart {
  const known = CHOREOGRAPHIES.map((each) => ({
    name: each.name,
    ...coexistence(stagesOf(each, topology), topology),
  }));
  const written = known.some(({ name }) => name === choreography)
    ? []
    : [{ name: choreography, ...coexistence(stages, topology) }];
  const all = [...known, ...written].filter(({ upgrades }) => upgrades);
  return {
    releases: all.filter(({ releases }) => !releases).map(({ name }) => name),
    messages: all.filter(({ messages }) => !messages).map(({ name }) => name),
  };
}

function stagesOf(choreography: Choreography, topology: Topology): readonly DraftStage[] {
  return choreography.stages({
    topology,
    apis: servicesOf(topology, 'api'),
    engines: servicesOf(topology, 'engine'),
    baseVhost: BASE_VHOST,
    nextVhost: `${BASE_VHOST}-next`,
    mixedSeconds: 0,
  });
}

/** Who runs, and where. */
type Running = Map<string, { readonly side: Side; readonly vhost: string }>;

/** Carries stages out on paper, and looks after every step who runs where. */
export function coexistence(
  stages: readonly { readonly steps: readonly Draft[] }[],
  topology: Topology,
): Coexistence {
  const running: Running = new Map(
    topology.nodes
      .flatMap(({ services }) => services)
      .map((instance) => [instanceName(instance), { side: 'base', vhost: BASE_VHOST }]),
  );
  let releases = false;
  let messages = false;
  for (const draft of leaves(stages.flatMap(({ steps }) => steps))) {
    carryOut(draft, running);
    const all = [...running.values()];
    const ofTarget = all.filter(isTarget).map(({ vhost }) => vhost);
    const ofBase = all.filter((one) => !isTarget(one)).map(({ vhost }) => vhost);
    releases ||= ofTarget.length > 0 && ofBase.length > 0;
    messages ||= ofTarget.some((vhost) => ofBase.includes(vhost));
  }
  return { releases, messages, upgrades: [...running.values()].every(isTarget) };
}

function carryOut(draft: Draft, running: Running): void {
  if (draft.kind === 'stop') running.delete(instanceName(draft.target));
  if (draft.kind === 'move-api') {
    const name = instanceName(draft.target);
    running.set(name, { side: running.get(name)?.side ?? 'base', vhost: draft.vhost });
  }
  if (draft.kind === 'start' || draft.kind === 'swap' || draft.kind === 'surge') {
    const { target, side, vhost } = draft;
    const started = draft.kind === 'surge' ? successorOf(target) : target;
    running.set(instanceName(started), { side, vhost });
  }
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
