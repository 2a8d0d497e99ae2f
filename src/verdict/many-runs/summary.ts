import type { Verdict } from '../schema/verdict.ts';

/**
 * The parts of a verdict that tables of many runs show. The rest of it, most of all the list of
 * lost requests, would not fit in memory for thousands of runs.
 */
export type RunSummary = Pick<
  Verdict,
  | 'outcome'
  | 'reasons'
  | 'ended'
  | 'scenario'
  | 'noun'
  | 'base'
  | 'target'
  | 'configurationChanges'
  | 'choreography'
  | 'topology'
  | 'durationSeconds'
  | 'stacks'
  | 'causes'
> & {
  readonly api: Pick<Verdict['api'], 'requests' | 'failed' | 'availability'> & {
    readonly together: Pick<Verdict['api']['together'], 'all'>;
  };
};

export function summaryOf(verdict: Verdict): RunSummary {
  const { outcome, reasons, ended, scenario, noun, base, target, configurationChanges } = verdict;
  const { choreography, topology, durationSeconds, stacks, causes } = verdict;
  const { requests, failed, availability, together } = verdict.api;
  return {
    outcome,
    reasons,
    ended,
    scenario,
    noun,
    base,
    target,
    configurationChanges,
    choreography,
    topology,
    durationSeconds,
    stacks,
    causes,
    api: { requests, failed, availability, together: { all: together.all } },
  };
}
