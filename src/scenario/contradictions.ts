import type { Problem } from '../document/problem.ts';
import { choreographyProblems } from './choreography.ts';
import { ownFileProblems, scopeProblems } from './config.ts';
import { customProbeProblems } from './custom/probe.ts';
import { faultProblems } from './fault.ts';
import { UNSCHEDULED_PROBES } from './names.ts';
import { orderRuleProblems } from './order-rule.ts';
import { POINTS } from './own-files/checkpoint.ts';
import type { WrittenScenario } from './schema.ts';
import { thresholdProblems } from './threshold/problems.ts';
import { INFRASTRUCTURE, serverCount } from './topology/infrastructure.ts';
import type { Topology } from './topology/topology.ts';
import type { Vocabulary } from './vocabulary.ts';

/**
 * Keys of a scenario that contradict each other, or its topology: each check is in the file of its
 * keys.
 *
 * @param topology Undefined where it is wrong itself.
 */
export function contradictions(
  scenario: WrittenScenario,
  topology: Topology | undefined,
  vocabulary: Vocabulary,
): readonly Problem[] {
  const { probes, customProbes = [] } = scenario.load;
  const builtIn = vocabulary.shape.probes.map(({ name }) => name);
  return [
    ...repeatedProbes(probes),
    ...customProbeProblems(customProbes, builtIn),
    ...(topology === undefined ? [] : withTopology(scenario, topology, vocabulary)),
  ];
}

function withTopology(
  scenario: WrittenScenario,
  topology: Topology,
  { shape, choreographies }: Vocabulary,
): readonly Problem[] {
  const { configFor, faults, choreography, rules, thresholds, load, infrastructure } = scenario;
  return [
    ...upgradeProblems(infrastructure, topology),
    ...(topology.tls === true ? tlsProblems(scenario) : []),
    ...scopeProblems(configFor, topology),
    ...ownFileProblems(configFor, shape.ownFiles ?? []),
    ...faultProblems(faults, topology),
    ...choreographyProblems(choreography, topology, choreographies, shape),
    ...orderRuleProblems(rules, topology, shape),
    ...thresholdProblems(thresholds, {
      probes: [
        ...shape.probes.map(({ name }) => name),
        ...(load.customProbes ?? []).map(({ name }) => name),
        ...UNSCHEDULED_PROBES,
      ],
      beside: load.agent === true ? (shape.agentProbes ?? []) : [],
      nodes: topology.nodes.map(({ name }) => name),
    }),
  ];
}

/** What knows no certificate: the guest's agent, and the containers of Tempest and grenade. */
function tlsProblems({ load, checkpoints }: WrittenScenario): readonly Problem[] {
  const agent: readonly Problem[] =
    load.agent === true
      ? [
          {
            path: ['load', 'agent'],
            message: 'the agent cannot use TLS; leave it out',
            at: 'value',
          },
        ]
      : [];
  const checks = POINTS.flatMap((point) =>
    checkpoints[point].flatMap(({ check }, index): readonly Problem[] => {
      if (check !== 'tempest' && check !== 'grenade') return [];
      const message = `${check} cannot use TLS; leave it out`;
      return [{ path: ['checkpoints', point, index, 'check'], message, at: 'value' }];
    }),
  );
  return [...agent, ...checks];
}

/** A service that the lab does not have. */
function upgradeProblems(
  infrastructure: WrittenScenario['infrastructure'],
  topology: Topology,
): readonly Problem[] {
  return INFRASTRUCTURE.flatMap((service): readonly Problem[] => {
    if (infrastructure[service] === undefined || serverCount(topology, service) > 0) return [];
    const message = `there is no ${service} in topology ${topology.name}; take one with infrastructure: { ${service}: 1 }`;
    return [{ path: ['infrastructure', service], message, at: 'key' }];
  });
}

/**
 * Events identify a probe by its request and its connection, so a second one of a kind is refused.
 */
function repeatedProbes(probes: WrittenScenario['load']['probes']): readonly Problem[] {
  const kinds = probes.map(({ probe, connection }) => `${probe}/${connection}`);
  return kinds.flatMap((kind, index) =>
    kinds.indexOf(kind) === index
      ? []
      : [
          {
            path: ['load', 'probes', index],
            message: `there is a probe ${kind} already; raise its rate`,
            at: 'value',
          },
        ],
  );
}
