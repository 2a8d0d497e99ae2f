import { RollgateError } from '../../errors.ts';
import type { PreparedPlan } from '../../runs/prepare.ts';
import type { ScenarioInput } from '../../scenario/schema.ts';
import { describeMeeting, meetingName, type Meeting } from '../../scenario/topology/meeting.ts';
import type { Topology } from '../../scenario/topology/topology.ts';
import { randomRoll } from './random-roll.ts';

/** The maximum number of rolls drawn for one seed until one is legal. */
const MOST_DRAWS = 50;
/** Seeds of further draws are far from the seeds of other runs. */
const STRIDE = 1_000_003;
/** Further hops of a chain use yet other seeds. */
const HOP_STRIDE = 100_000_007;

/** How long the state in which two services meet is held, and how much longer for open calls. */
const HELD = { seconds: 5, crossingSeconds: 40 };

/** The roll that is looked for. */
export interface WantedRoll {
  readonly seed: number;
  /** The upgrade of a chain. Default: the only one. */
  readonly hop?: number;
  /** Services that must meet, in a state that is held until each call has crossed. Default: none. */
  readonly meeting?: Meeting | undefined;
}

/**
 * The first legal roll of a seed for a scenario: its releases, topology, load and requirements.
 *
 * @throws RollgateError `nothing-legal` if none of many is legal; the scenario's own errors.
 */
export async function legalRoll(
  { seed, hop = 0, meeting }: WantedRoll,
  scenario: Omit<ScenarioInput, 'topology'> & { readonly topology: Topology },
  prepare: (input: ScenarioInput) => Promise<PreparedPlan>,
): Promise<PreparedPlan> {
  const { base, target, topology, load, durations, require, rules, thresholds, config } = scenario;
  const common = { load, durations, require, rules, thresholds, config };
  for (let draw = 0; draw < MOST_DRAWS; draw += 1) {
    const drawn = (seed + draw * STRIDE + hop * HOP_STRIDE) % 2 ** 32;
    const roll = randomRoll(drawn, { base, target, topology, common });
    const input = { ...roll, name: `explore-${seed}`, seed };
    try {
      if (meeting === undefined) return await prepare(input);
      const held = await holding(meeting, input, prepare);
      if (held !== undefined) return held;
    } catch (error) {
      if (!(error instanceof RollgateError) || error.code !== 'invalid-plan') throw error;
    }
  }
  const which = meeting === undefined ? 'legal' : `legal and has ${describeMeeting(meeting)}`;
  throw new RollgateError(
    'nothing-legal',
    `none of ${MOST_DRAWS} rolls for seed ${seed} is ${which}`,
    {
      kind: 'usage',
      hint: 'Choose a larger topology: with one api no other can serve meanwhile.',
    },
  );
}

type Roll = ReturnType<typeof randomRoll>;

/** The roll, held after the first stage in which two services meet; `undefined` if they never do. */
async function holding(
  meeting: Meeting,
  roll: Roll,
  prepare: (input: ScenarioInput) => Promise<PreparedPlan>,
): Promise<PreparedPlan | undefined> {
  const wanted = meetingName(meeting);
  const { plan } = await prepare(heldAfter(roll, () => true));
  const first = plan.stages.find(({ steps }) =>
    steps.some(
      (step) =>
        step.kind === 'hold' && (step.meetings ?? []).some((one) => meetingName(one) === wanted),
    ),
  );
  return first && (await prepare(heldAfter(roll, (stage) => stage === first.name)));
}

function heldAfter(roll: Roll, isHeld: (stage: string) => boolean): Roll {
  const stages = roll.choreography.stages.map((stage) =>
    isHeld(stage.name)
      ? { ...stage, steps: [...stage.steps, { step: 'hold' as const, ...HELD }] }
      : stage,
  );
  return { ...roll, choreography: { ...roll.choreography, stages } };
}
