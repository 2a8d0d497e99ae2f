import type { FaultSpec } from '../../scenario/fault.ts';
import { INFRASTRUCTURE } from '../../scenario/infrastructure.ts';
import { instanceName, type Topology } from '../../scenario/topology.ts';
import { RollgateError } from '../../errors.ts';
import type { Draft, DraftStage } from '../draft.ts';

/**
 * The stages with a scenario's faults in them: each a step of its own and a time to recover, in a
 * stage `faults` before the stage that it names. Faults for one place keep their order.
 *
 * @throws RollgateError `invalid-plan` for a stage or a service that is not there.
 */
export function withFaults(
  stages: readonly DraftStage[],
  faults: readonly FaultSpec[],
  topology: Topology,
): readonly DraftStage[] {
  const names = stages.map(({ name }) => name);
  const last = names.includes('mixed') ? 'mixed' : (names.at(-1) ?? '');
  const placed = Map.groupBy(faults, ({ before = last }) => before);
  const unknown = [...placed.keys()].find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new RollgateError(
      'invalid-plan',
      `a fault comes before stage ${unknown}, and there is none`,
      {
        kind: 'usage',
        hint: `The stages of this plan: ${names.join(', ')}.`,
      },
    );
  }
  return stages.flatMap((stage) => {
    const here = placed.get(stage.name) ?? [];
    const steps = here.flatMap((fault) => [
      draftOf(fault, topology),
      { kind: 'hold', seconds: fault.recoverSeconds } as const,
    ]);
    return steps.length === 0 ? [stage] : [{ name: 'faults', steps }, stage];
  });
}

function draftOf({ fault, on, seconds }: FaultSpec, topology: Topology): Draft {
  if (fault === 'burn-cpu') return { kind: 'fault', fault, seconds };
  const infrastructure = INFRASTRUCTURE.find((name) => name === on);
  if (infrastructure !== undefined) return { kind: 'fault', fault, infrastructure, seconds };
  const target = topology.nodes
    .flatMap(({ services }) => services)
    .find((service) => instanceName(service) === on);
  if (target === undefined) {
    throw new RollgateError('invalid-plan', `there is no ${on} in topology ${topology.name}`, {
      kind: 'usage',
    });
  }
  return { kind: 'fault', fault, target, seconds };
}
