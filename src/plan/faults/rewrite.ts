import { withNearest } from '../../document/nearest.ts';
import { RollgateError } from '../../errors.ts';
import type { FaultSpec } from '../../scenario/fault.ts';
import { serversNamed } from '../../scenario/topology/infrastructure.ts';
import {
  instanceName,
  type ServiceInstance,
  type Topology,
  servicesOf,
} from '../../scenario/topology/topology.ts';
import { shortened } from '../../text/shortened.ts';
import { together, type Draft, type DraftStage } from '../draft.ts';
import type { PlaceOf } from '../written-choreography.ts';

/**
 * The stages with a scenario's faults in them. Each fault is a step with a time to recover. It is
 * in a stage `faults` before the stage that it names, or in parallel with the swap that it names.
 * Faults for one place keep their order.
 *
 * @throws RollgateError `invalid-plan` for a missing stage, swap or service.
 */
export function withFaults(
  stages: readonly DraftStage[],
  faults: readonly FaultSpec[],
  { topology, placeOf }: { readonly topology: Topology; readonly placeOf: PlaceOf },
): readonly DraftStage[] {
  const placeIn = (fault: FaultSpec, key: string): string =>
    placeOf(['faults', faults.indexOf(fault), key]);
  const beside = faults.filter(({ during }) => during !== undefined);
  const before = faults.filter(({ during }) => during === undefined);
  return besideSwaps(beforeStages(stages, before, { topology, placeIn }), beside, {
    topology,
    placeIn,
  });
}

interface Places {
  readonly topology: Topology;
  /** The position of a fault's key in the scenario. */
  readonly placeIn: (fault: FaultSpec, key: string) => string;
}

function beforeStages(
  stages: readonly DraftStage[],
  faults: readonly FaultSpec[],
  { topology, placeIn }: Places,
): readonly DraftStage[] {
  const names = stages.map(({ name }) => name);
  const last = names.includes('mixed') ? 'mixed' : (names.at(-1) ?? '');
  const placed = Map.groupBy(faults, ({ before = last }) => before);
  const wrong = faults.find(({ before = last }) => !names.includes(before));
  if (wrong !== undefined) {
    const name = wrong.before ?? last;
    const what = withNearest(`there is no stage ${shortened(name)} in this plan`, name, names);
    throw invalid(
      `${placeIn(wrong, 'before')}: ${what}`,
      `The stages of this plan: ${names.join(', ')}.`,
    );
  }
  return stages.flatMap((stage) => {
    const steps = (placed.get(stage.name) ?? []).flatMap((fault) => [
      ...together(draftsOf(fault, topology)),
      recovery(fault),
    ]);
    return steps.length === 0 ? [stage] : [{ name: 'faults', steps }, stage];
  });
}

function besideSwaps(
  stages: readonly DraftStage[],
  faults: readonly FaultSpec[],
  { topology, placeIn }: Places,
): readonly DraftStage[] {
  const left = new Set(faults);
  const withOwn = (step: Draft): readonly Draft[] => {
    const name = swapped(step);
    const own = faults.filter(({ during }) => during === name);
    if (name === undefined || own.length === 0) return [step];
    for (const fault of own) left.delete(fault);
    return [
      ...together([step, ...own.flatMap((fault) => draftsOf(fault, topology))]),
      ...own.map(recovery),
    ];
  };
  const result = stages.map((stage) => ({ ...stage, steps: stage.steps.flatMap(withOwn) }));
  const [lost] = left;
  if (lost === undefined) return result;
  throw invalid(
    `${placeIn(lost, 'during')}: no step of this plan swaps ${lost.during} by itself`,
    'Choose a choreography that does, or a stage with `before`.',
  );
}

/** The service that a step stops, starts or swaps. */
function swapped(step: Draft): string | undefined {
  return step.kind === 'swap' || step.kind === 'start' || step.kind === 'stop'
    ? instanceName(step.target)
    : undefined;
}

function recovery({ recoverSeconds }: FaultSpec): Draft {
  return { kind: 'hold', seconds: recoverSeconds };
}

/** One for each service of a node. */
function draftsOf(spec: FaultSpec, topology: Topology): readonly Draft[] {
  const { fault, on, seconds } = spec;
  if (fault === 'burn-cpu') return [{ kind: 'fault', fault, seconds }];
  const servers = serversNamed(topology, on);
  if (servers.length > 0 && fault !== 'cut' && fault !== 'narrow') {
    return servers.map((infrastructure) => ({ kind: 'fault', fault, infrastructure, seconds }));
  }
  const targets = servicesOf(topology).filter(
    (service) => service.node === on || instanceName(service) === on,
  );
  if (targets.length === 0) throw invalid(`there is no ${on} in topology ${topology.name}`);
  return targets.map((target) => onService(spec, target));
}

function onService({ fault, seconds, from, rate }: FaultSpec, target: ServiceInstance): Draft {
  const common = { kind: 'fault', target, seconds } as const;
  switch (fault) {
    case 'cut':
      if (from === undefined) throw invalid('a cut names nothing that it cuts off from');
      return { ...common, fault, from };
    case 'narrow':
      if (rate === undefined) throw invalid('a network is to be narrowed to no rate');
      return { ...common, fault, rate };
    case 'burn-cpu':
      throw invalid('burn-cpu is done to the whole machine');
    case 'stop':
    case 'kill':
    case 'pause':
    case 'unplug':
      return { ...common, fault };
  }
}

function invalid(message: string, hint?: string): RollgateError {
  return new RollgateError('invalid-plan', message, {
    kind: 'usage',
    ...(hint === undefined ? {} : { hint }),
  });
}
