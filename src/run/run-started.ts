import type { EventOf } from '../events/event.ts';
import { given } from '../given.ts';
import { containerName } from '../lab/labels.ts';
import { isReconfiguration, type Plan, type PlannedDeployer } from '../plan/plan.ts';
import { walkStep } from '../plan/walk.ts';
import { serversOf } from '../scenario/topology/infrastructure.ts';
import { instanceName, type InstanceName } from '../scenario/topology/topology.ts';
import { engineIdOf, type EngineRow } from '../subject/records.ts';
import { subjectNamed } from '../subject/registry.ts';
import { agentPlanOf } from './steps/agent.ts';

export interface RunStart {
  readonly plan: Plan;
  /** The lab's name. */
  readonly lab: string;
  /** Wall-clock. */
  readonly time: Date;
  /** The engines that are there; none where no lab came up. */
  readonly engines: readonly EngineRow[] | undefined;
  /** How long its services took until they served, in seconds. */
  readonly firstStarts?: ReadonlyMap<InstanceName, number> | undefined;
  /** Objects that a previous run made on the lab. */
  readonly carried?: readonly string[] | undefined;
}

/** The first event of a run: its plan, and the lab. */
export function runStartedEvent({
  plan,
  lab,
  time,
  engines,
  firstStarts,
  carried,
}: RunStart): EventOf<'run-started'> {
  return {
    type: 'run-started',
    at: 0,
    time: time.toISOString(),
    format: 1,
    lab,
    seed: plan.seed,
    scenario: plan.scenario,
    subject: plan.subject,
    noun: plan.noun,
    choreography: plan.choreography,
    topology: plan.topology.name,
    ...given({ transport: plan.topology.transport }),
    baseVhost: plan.baseVhost,
    ...(plan.deployer === undefined ? {} : { deployer: deployerOf(plan.deployer) }),
    ...besideOf(plan),
    base: plan.base,
    target: plan.target,
    ...(plan.restart ? { restart: true } : {}),
    ...(plan.skips === undefined ? {} : { skips: [...plan.skips] }),
    ...(plan.infrastructure.length > 0 ? { infrastructure: infrastructureOf(plan) } : {}),
    require: [...plan.require],
    thresholds: [...plan.thresholds],
    ...(plan.rules.length === 0 ? {} : { rules: plan.rules.map((rule) => ({ ...rule })) }),
    ...(carried === undefined ? {} : { carried: [...carried] }),
    optionsOfOneSide: [...plan.configurationChanges],
    ...(isReconfiguration(plan) ? { configurationChanges: [...plan.configurationChanges] } : {}),
    stages: plan.stages.map(({ name, steps }) => ({
      name,
      steps: steps.flatMap((step) =>
        [...walkStep(step)].map((each) => ({
          id: each.id,
          name: each.name,
          kind: each.kind,
          ...('target' in each ? { node: each.target.node } : {}),
        })),
      ),
    })),
    services: engines === undefined ? [] : startedServices(plan, lab, engines, firstStarts),
  };
}

function infrastructureOf({ infrastructure, topology }: Plan) {
  return infrastructure.map((upgrade) => {
    const servers = serversOf(topology, upgrade.service);
    return { ...upgrade, ...(servers.length > 1 ? { servers: [...servers] } : {}) };
  });
}

function besideOf(plan: Plan): Pick<EventOf<'run-started'>, 'beside'> {
  const { agent } = subjectNamed(plan.subject);
  if (plan.load.agent !== true || agent === undefined) return {};
  return { beside: { ...agent.probes(agentPlanOf(plan)) } };
}

function deployerOf({
  name,
  releases,
  vcpus,
  changes,
}: PlannedDeployer): EventOf<'run-started'>['deployer'] {
  return { name, ...releases, vcpus, changes: [...changes] };
}

function startedServices(
  { topology, base }: Plan,
  lab: string,
  engines: readonly EngineRow[],
  firstStarts: RunStart['firstStarts'],
): EventOf<'run-started'>['services'] {
  return topology.nodes.flatMap(({ services }) =>
    services.map((instance) => {
      const { node, service, role } = instance;
      const engineId = engineIdOf(engines, instance);
      const startSeconds = firstStarts?.get(instanceName(instance));
      return {
        node,
        service,
        role,
        series: base.series,
        version: base.version,
        container: containerName(lab, instance),
        ...(engineId === undefined ? {} : { engineId }),
        ...(startSeconds === undefined ? {} : { startSeconds }),
      };
    }),
  );
}
