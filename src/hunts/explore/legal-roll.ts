import { RollgateError } from '../../errors.ts';
import type { PreparedPlan } from '../../runs/prepare.ts';
import type { ScenarioInput } from '../../scenario/schema.ts';
import type { Topology } from '../../scenario/topology/topology.ts';
import { randomRoll } from './random-roll.ts';

/** The maximum number of rolls drawn for one seed until one is legal. */
const MOST_DRAWS = 50;
/** Seeds of further draws are far from the seeds of other runs. */
const STRIDE = 1_000_003;
/** Further hops of a chain use yet other seeds. */
const HOP_STRIDE = 100_000_007;

/**
 * The first legal roll of a seed for a scenario: its releases, topology, load and requirements. For
 * a chain, it is the roll of one hop (default: the only one).
 *
 * @throws RollgateError `nothing-legal` if none of many is legal; the scenario's own errors.
 */
export async function legalRoll(
  { seed, hop = 0 }: { readonly seed: number; readonly hop?: number },
  scenario: Omit<ScenarioInput, 'topology'> & { readonly topology: Topology },
  prepare: (input: ScenarioInput) => Promise<PreparedPlan>,
): Promise<PreparedPlan> {
  const { base, target, topology, load, durations, require, rules, thresholds, config } = scenario;
  const common = { load, durations, require, rules, thresholds, config };
  for (let draw = 0; draw < MOST_DRAWS; draw += 1) {
    const drawn = (seed + draw * STRIDE + hop * HOP_STRIDE) % 2 ** 32;
    const input = randomRoll(drawn, { base, target, topology, common });
    try {
      return await prepare({ ...input, name: `explore-${seed}`, seed });
    } catch (error) {
      if (!(error instanceof RollgateError) || error.code !== 'invalid-plan') throw error;
    }
  }
  throw new RollgateError(
    'nothing-legal',
    `none of ${MOST_DRAWS} rolls for seed ${seed} is legal`,
    {
      kind: 'usage',
      hint: 'Choose a larger topology: with one api no other can serve meanwhile.',
    },
  );
}
