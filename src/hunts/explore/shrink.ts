import type { ScenarioInput, ChoreographyInput } from '../../scenario/schema.ts';

/** A smaller workload shows nothing. */
const LEAST_RATE = 0.05;

/**
 * Scenarios with one part less, the largest parts first: a fault, a stage, a step, a kind of stack,
 * half of the load. Some are not legal: the plan's validation decides.
 */
export function* smaller(scenario: ScenarioInput): Iterable<ScenarioInput> {
  yield* withoutFaults(scenario);
  if (typeof scenario.choreography === 'object') {
    yield* withoutStages(scenario, scenario.choreography);
    yield* withoutSteps(scenario, scenario.choreography);
  }
  yield* lessWorkload(scenario);
}

/** The size of a scenario: every result of `smaller` has a smaller size. */
export function sizeOf({ faults = [], choreography, load }: ScenarioInput): number {
  const stages = typeof choreography === 'object' ? choreography.stages : [];
  const steps = stages.reduce((sum, stage) => sum + stage.steps.length, 0);
  const kinds = load?.workload?.kinds?.length ?? 0;
  return faults.length + stages.length + steps + kinds + (load?.workload?.rate ?? 0);
}

export interface ShrinkOptions {
  readonly scenario: ScenarioInput;
  /** Whether it can be carried out. */
  readonly legal: (scenario: ScenarioInput) => Promise<boolean>;
  /** Runs it, and returns whether it still fails with the same cause. */
  readonly fails: (scenario: ScenarioInput) => Promise<boolean>;
  /** Runs at most. */
  readonly mostRuns: number;
}

/**
 * The smallest scenario that still failed. Greedy: if it fails without a part, the part stays out.
 * If a cause does not occur every time, unnecessary parts may stay in.
 */
export async function shrink({
  scenario,
  legal,
  fails,
  mostRuns,
}: ShrinkOptions): Promise<{ readonly scenario: ScenarioInput; readonly runs: number }> {
  let smallest = scenario;
  let runs = 0;
  for (let found = true; found;) {
    found = false;
    for (const candidate of smaller(smallest)) {
      if (runs >= mostRuns) return { scenario: smallest, runs };
      if (!(await legal(candidate))) continue;
      runs += 1;
      if (!(await fails(candidate))) continue;
      smallest = candidate;
      found = true;
      break;
    }
  }
  return { scenario: smallest, runs };
}

function* withoutFaults(scenario: ScenarioInput): Iterable<ScenarioInput> {
  const { faults = [] } = scenario;
  for (const index of faults.keys()) yield { ...scenario, faults: faults.toSpliced(index, 1) };
}

function* withoutStages(
  scenario: ScenarioInput,
  choreography: ChoreographyInput,
): Iterable<ScenarioInput> {
  const { stages } = choreography;
  const without = (from: number, count: number): ScenarioInput => ({
    ...scenario,
    choreography: { ...choreography, stages: stages.toSpliced(from, count) },
  });
  // A rollback and its steps forward can only be removed together.
  for (const count of [2, 1]) {
    for (let from = 0; from + count <= stages.length && count < stages.length; from += 1) {
      yield without(from, count);
    }
  }
}

function* withoutSteps(
  scenario: ScenarioInput,
  choreography: ChoreographyInput,
): Iterable<ScenarioInput> {
  const { stages } = choreography;
  for (const [at, stage] of stages.entries()) {
    // A drain and its undrain, a surge and its stop are undone together by their service.
    const names = new Set(stage.steps.map(({ step }) => step));
    for (const gone of [['drain', 'undrain'], ...[...names].map((name) => [name])]) {
      const steps = stage.steps.filter(({ step }) => !gone.includes(step));
      if (steps.length === stage.steps.length || steps.length === 0) continue;
      yield {
        ...scenario,
        choreography: { ...choreography, stages: stages.with(at, { ...stage, steps }) },
      };
    }
  }
}

function* lessWorkload(scenario: ScenarioInput): Iterable<ScenarioInput> {
  const workload = scenario.load?.workload;
  const withWorkload = (change: object): ScenarioInput => ({
    ...scenario,
    load: { ...scenario.load, workload: { ...workload, ...change } },
  });
  const { kinds, rate } = workload ?? {};
  if (kinds !== undefined && kinds.length > 1) {
    for (const index of kinds.keys()) yield withWorkload({ kinds: kinds.toSpliced(index, 1) });
  }
  if (rate !== undefined && rate / 2 >= LEAST_RATE) yield withWorkload({ rate: rate / 2 });
}
