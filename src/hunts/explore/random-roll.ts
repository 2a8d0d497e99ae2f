import type { ScenarioInput, StageInput, StepInput } from '../../scenario/schema.ts';
import {
  instanceName,
  topologyInput,
  type ServiceInstance,
  type Topology,
  servicesOf,
} from '../../scenario/topology/topology.ts';
import type { Side } from '../../words.ts';
import { Dice } from './dice.ts';

type FaultInput = NonNullable<ScenarioInput['faults']>[number];

export interface ExploreRequest {
  readonly base: string;
  readonly target: string;
  readonly topology: Topology;
  /** From the explored scenario: its load, its requirements. */
  readonly common: Pick<
    ScenarioInput,
    'load' | 'durations' | 'require' | 'rules' | 'thresholds' | 'config'
  >;
}

/** The probability of each optional part of a roll. */
const ROLLBACK = 0.25;
const FAULT = 0.35;

/**
 * A random roll. Services come in any order. Apis are drained or not. Engines are replaced or
 * joined by a successor, on the old vhost or a new one. There may be pauses, a part may be rolled
 * back and forward again, and there may be a fault. Pure: the same seed gives the same roll. The
 * plan's validation decides whether it is legal.
 */
export function randomRoll(seed: number, { base, target, topology, common }: ExploreRequest) {
  const dice = new Dice(seed);
  const services = dice.shuffled(servicesOf(topology));
  const vhost = dice.pick<Vhost>(['base', 'next']);
  const forward = services.map((service, index) => swapStage(index + 1, service, vhost, dice));
  const surged = forward.some(({ steps }) => steps.some(({ step }) => step === 'surge'));
  const turn = dice.int(1, Math.max(1, forward.length - 1));
  const back = dice.chance(ROLLBACK) && !surged ? rollback(services.slice(0, turn), vhost) : [];
  const stages: readonly StageInput[] = [
    { name: 'schema', steps: [{ step: 'db-sync' }] },
    ...(vhost === 'next' ? [{ name: 'vhost', steps: [{ step: 'create-vhost' } as const] }] : []),
    ...forward.slice(0, turn),
    ...back,
    ...forward.slice(turn),
  ];
  const faults = dice.chance(FAULT) ? [randomFault(services, stages, dice)] : [];
  return {
    name: `explore-${seed}`,
    description: 'A roll that was drawn.',
    base,
    target,
    topology: topologyInput(topology),
    seed,
    ...common,
    choreography: { name: `drawn-${seed}`, stages: stages.map((stage) => ({ ...stage })) },
    faults,
  } satisfies ScenarioInput;
}

function swapStage(number: number, service: ServiceInstance, vhost: Vhost, dice: Dice): StageInput {
  const on = instanceName(service);
  const pause = dice.pick([0, 0, 3, 6]);
  const hold: readonly StepInput[] = pause === 0 ? [] : [{ step: 'hold', seconds: pause }];
  return { name: `${number} ${on}`, steps: [...swapSteps(service, vhost, dice), ...hold] };
}

type Vhost = 'base' | 'next';

function swapSteps(service: ServiceInstance, vhost: Vhost, dice: Dice): readonly StepInput[] {
  const on = instanceName(service);
  const swap: StepInput = { step: 'swap', on, vhost };
  if (service.role === 'api') {
    return dice.chance(0.5) ? [swap] : [{ step: 'drain', on }, swap, { step: 'undrain', on }];
  }
  if (dice.chance(0.7)) return [swap];
  const wait: readonly StepInput[] = dice.chance(0.5)
    ? [{ step: 'hold', seconds: dice.int(1, 8) }]
    : [{ step: 'quiesce', samples: 3, limitSeconds: 60, otherwise: 'continue' }];
  return [{ step: 'surge', on, vhost }, ...wait, { step: 'stop', on }];
}

/** Steps are undone in the opposite order, and done again; the schema stays at the target's. */
function rollback(done: readonly ServiceInstance[], vhost: Vhost): readonly StageInput[] {
  const swap = (to: Side, where: Vhost) => (service: ServiceInstance) =>
    ({ step: 'swap', on: instanceName(service), to, vhost: where }) as const;
  return [
    {
      name: 'rollback',
      steps: [...done.toReversed().map(swap('base', 'base')), { step: 'hold', seconds: 5 }],
    },
    { name: 'forward again', steps: done.map(swap('target', vhost)) },
  ];
}

function randomFault(
  services: readonly ServiceInstance[],
  stages: readonly StageInput[],
  dice: Dice,
): FaultInput {
  const [first, ...rest] = services.map(instanceName);
  const on = first === undefined ? 'mysql' : dice.pick([first, ...rest]);
  const seconds = dice.int(1, 5);
  const [stage, ...others] = stages.slice(1).map(({ name }) => name);
  const when = stage === undefined ? {} : { before: dice.pick([stage, ...others]) };
  return dice.pick<() => FaultInput>([
    () => ({ fault: 'pause', on, seconds, ...when }),
    () => ({ fault: 'kill', on, seconds, ...when }),
    () => ({ fault: 'cut', on, from: [dice.pick(['rabbitmq', 'mysql'])], seconds, ...when }),
    () => ({ fault: 'pause', on: dice.pick(['mysql', 'rabbitmq', 'keystone']), seconds, ...when }),
    () => ({ fault: 'stop', on: 'rabbitmq', seconds, ...when }),
  ])();
}
