import { FIRST_SUITES } from '../release/suites.ts';
import type { Scenario } from '../scenario/schema.ts';
import {
  INFRASTRUCTURE,
  serversOf,
  type Infrastructure,
  type InfrastructureTask,
  type InfrastructureUpgrade,
} from '../scenario/topology/infrastructure.ts';
import type { Topology } from '../scenario/topology/topology.ts';
import type { Draft, DraftStage } from './draft.ts';

/** The tasks before a service's first server is swapped, and after its last. */
interface Tasks {
  readonly before: readonly InfrastructureTask[];
  readonly after: readonly InfrastructureTask[];
}

const NONE: Tasks = { before: [], after: [] };

/**
 * @see RabbitMQ's guide "Rolling Upgrade". A new server may need the feature flags of the old ones,
 * and its own are enabled when every server is new.
 * @see Keystone's guide "Upgrading Keystone": the schema expands before, and contracts after.
 */
const TASKS: Readonly<Record<Infrastructure, Tasks>> = {
  mysql: NONE,
  rabbitmq: { before: ['enable-feature-flags'], after: ['enable-feature-flags'] },
  keystone: { before: ['expand'], after: ['contract'] },
  haproxy: NONE,
  memcached: NONE,
};

/** The services of a scenario that are swapped, in the order of their stages. */
export function infrastructureOf({
  infrastructure,
}: Pick<Scenario, 'infrastructure'>): readonly InfrastructureUpgrade[] {
  return INFRASTRUCTURE.flatMap((service): readonly InfrastructureUpgrade[] => {
    const suite = infrastructure[service];
    if (suite === undefined) return [];
    return [
      typeof suite === 'string'
        ? { service, suite }
        : { service, suite: suite.to, from: suite.from },
    ];
  });
}

/**
 * What is known of an upgrade before it begins: runs have shown that some end before their last
 * server (docs/measured/infrastructure.md). A lab begins with trixie’s versions, as lab/releases.yaml says.
 */
export function knownBefore(
  upgrades: readonly InfrastructureUpgrade[],
  topology: Topology,
): readonly string[] {
  return upgrades.flatMap(({ service, suite, from = 'trixie' }): readonly string[] => {
    if (suite === from) {
      return [`${service} is that of ${suite} already: a restart, which proves no tag`];
    }
    if (FIRST_SUITES.indexOf(suite) < FIRST_SUITES.indexOf(from)) {
      return [`${service} goes from ${from} to the older ${suite}, which may not read its data`];
    }
    if (service !== 'rabbitmq') return [];
    if (from === 'bookworm') {
      return [
        'RabbitMQ 3.10 does not become 4.0: it lacks a feature flag that 4.0 requires; the roll ends there',
      ];
    }
    const several = serversOf(topology, service).length > 1;
    return several && from === 'trixie'
      ? ['RabbitMQ 4.3 joins no cluster of 4.0: the roll ends at its first server']
      : [];
  });
}

/**
 * Infrastructure is swapped first, as deployers do, and each service separately, so that the cost
 * of each is known. The load runs for a time after each server.
 */
export function infrastructureStage(
  upgrade: InfrastructureUpgrade,
  topology: Topology,
  { mixedSeconds }: Pick<Scenario['durations'], 'mixedSeconds'>,
): DraftStage {
  const { service, suite } = upgrade;
  const servers = serversOf(topology, service);
  // A single Keystone migrates its database when it starts.
  const { before, after } = service === 'keystone' && servers.length === 1 ? NONE : TASKS[service];
  const task = (name: InfrastructureTask): Draft => {
    return { kind: 'infrastructure-task', task: name, service, suite };
  };
  const swaps = servers.flatMap((server): readonly Draft[] => [
    { kind: 'swap-infrastructure', service, suite, server },
    { kind: 'hold', seconds: mixedSeconds },
  ]);
  return { name: service, steps: [...before.map(task), ...swaps, ...after.map(task)] };
}
