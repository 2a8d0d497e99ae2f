import type { Side } from '../../release/release.ts';
import { SCRIPT } from '../../scenario/script.ts';
import {
  instanceName,
  successorOf,
  type Role,
  type ServiceInstance,
  type Topology,
} from '../../scenario/topology/topology.ts';
import { CHOREOGRAPHIES } from '../choreographies/registry.ts';
import type { Choreography, Draft, DraftStage } from '../draft.ts';
import type { Plan } from '../plan.ts';

/** What comes together while a choreography is carried out. */
export interface Coexistence {
  /** Services of base and of target run at a time. */
  readonly releases: boolean;
  /** They do so on one broker vhost. */
  readonly vhost: boolean;
  /** An engine of the base takes messages of the target: it is on a vhost of the target's services. */
  readonly baseHears: boolean;
  /** An engine of the target takes messages of the base. */
  readonly targetHears: boolean;
  /** In the end all that runs is the target's. */
  readonly upgrades: boolean;
}

/** Names of choreographies that upgrade a topology and in which something does not come together. */
export type Apart = Readonly<Record<Exclude<keyof Coexistence, 'upgrades'>, readonly string[]>>;

/** Which choreographies keep base and target apart on a plan's topology; its own too, if written. */
export function choreographiesApart({ choreography, topology, baseVhost, stages }: Plan): Apart {
  // What a script brings together nobody knows before.
  const known = CHOREOGRAPHIES.filter(({ name }) => name !== SCRIPT).map((each) => ({
    name: each.name,
    ...coexistence(stagesOf(each, topology, baseVhost), topology, baseVhost),
  }));
  const written = known.some(({ name }) => name === choreography)
    ? []
    : [{ name: choreography, ...coexistence(stages, topology, baseVhost) }];
  const all = [...known, ...written].filter(({ upgrades }) => upgrades);
  const without = (what: keyof Apart): readonly string[] =>
    all.filter((one) => !one[what]).map(({ name }) => name);
  return {
    releases: without('releases'),
    vhost: without('vhost'),
    baseHears: without('baseHears'),
    targetHears: without('targetHears'),
  };
}

function stagesOf(
  choreography: Choreography,
  topology: Topology,
  baseVhost: string,
): readonly DraftStage[] {
  return choreography.stages({
    topology,
    apis: servicesOf(topology, 'api'),
    engines: servicesOf(topology, 'engine'),
    baseVhost,
    nextVhost: `${baseVhost}-next`,
    mixedSeconds: 0,
  });
}

/** Who runs, and where. */
type Running = Map<string, Service>;
interface Service {
  readonly role: Role;
  readonly side: Side;
  readonly vhost: string;
}

/** Carries stages out on paper, and looks after every step who runs where. */
export function coexistence(
  stages: readonly { readonly steps: readonly Draft[] }[],
  topology: Topology,
  baseVhost: string,
): Coexistence {
  const running: Running = new Map(
    topology.nodes
      .flatMap(({ services }) => services)
      .map((instance) => [
        instanceName(instance),
        { role: instance.role, side: 'base', vhost: baseVhost },
      ]),
  );
  const seen = { releases: false, vhost: false, baseHears: false, targetHears: false };
  for (const draft of leaves(stages.flatMap(({ steps }) => steps))) {
    carryOut(draft, running);
    const all = [...running.values()];
    const ofTarget = all.filter(isTarget);
    const ofBase = all.filter((one) => !isTarget(one));
    seen.releases ||= ofTarget.length > 0 && ofBase.length > 0;
    seen.vhost ||= meet(ofTarget, ofBase);
    seen.baseHears ||= meet(ofTarget, ofBase.filter(isEngine));
    seen.targetHears ||= meet(ofBase, ofTarget.filter(isEngine));
  }
  return { ...seen, upgrades: [...running.values()].every(isTarget) };
}

function carryOut(draft: Draft, running: Running): void {
  if (draft.kind === 'stop') running.delete(instanceName(draft.target));
  if (draft.kind === 'move-api') {
    const name = instanceName(draft.target);
    const side = running.get(name)?.side ?? 'base';
    running.set(name, { role: draft.target.role, side, vhost: draft.vhost });
  }
  if (draft.kind === 'start' || draft.kind === 'swap' || draft.kind === 'surge') {
    const { target, side, vhost } = draft;
    const started = draft.kind === 'surge' ? successorOf(target) : target;
    running.set(instanceName(started), { role: target.role, side, vhost });
  }
}

function* leaves(drafts: readonly Draft[]): Iterable<Exclude<Draft, { kind: 'together' }>> {
  for (const draft of drafts) {
    if (draft.kind === 'together') yield* leaves(draft.steps);
    else yield draft;
  }
}

/** Whether two of them are on one vhost. */
function meet(some: readonly Service[], others: readonly Service[]): boolean {
  return some.some(({ vhost }) => others.some((other) => other.vhost === vhost));
}

function isTarget({ side }: Service): boolean {
  return side === 'target';
}

/** Only engines serve topics. */
function isEngine({ role }: Service): boolean {
  return role === 'engine';
}

function servicesOf({ nodes }: Topology, role: Role): readonly ServiceInstance[] {
  return nodes.flatMap(({ services }) => services).filter((service) => service.role === role);
}
