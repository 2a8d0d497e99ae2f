import type { RuleVerdict, Verdict } from '../../verdict/schema/verdict.ts';
import type { Candidate, OnPaper } from './candidates.ts';

/** The result of runs of one kind. */
export interface Count {
  readonly runs: number;
  /** Runs that lost requests or objects or broke integrity, and not because of noise. */
  readonly harmed: number;
  readonly requestsLost: number;
  /** Objects that got stuck, failed or were lost. */
  readonly objectsHarmed: number;
  /** Kinds of the causes, each once. */
  readonly causes: readonly string[];
}

export const CONCLUSIONS = ['necessary', 'not-necessary', 'unclear', 'open'] as const;
export type OrderConclusion = (typeof CONCLUSIONS)[number];

/** The result for an order. */
export interface FoundOrder {
  readonly name: string;
  readonly title: string;
  readonly rule: Candidate['rule'];
  /**
   * `not-necessary`: no run that broke it did harm. `unclear`: the runs disagree. `open`: the
   * simulation does not decide it, and nothing was run.
   */
  readonly conclusion: OrderConclusion;
  readonly onPaper: OnPaper;
  /** `null` if nothing was run. */
  readonly breaking: Count | null;
  readonly keeping: Count | null;
}

/** The parts of a verdict that count here. */
export interface Ran {
  readonly rules?: readonly Pick<RuleVerdict, 'name' | 'status'>[] | undefined;
  readonly ended: Verdict['ended'];
  readonly api: Pick<Verdict['api'], 'failed'>;
  readonly stacks: Pick<Verdict['stacks'], 'stuck' | 'failed' | 'lost'>;
  readonly causes: readonly Pick<Verdict['causes'][number], 'kind' | 'harm'>[];
}

const HARMLESS: readonly string[] = ['slowed', 'noise', 'log-only'];

/**
 * The result of simulation and runs for an order. The verdict on the rule decides whether a run
 * broke the order, not the plan. A run that did not reach its end does not count.
 */
export function found(
  { rule, title }: Candidate,
  paper: OnPaper,
  runs: readonly Ran[] = [],
): FoundOrder {
  const of = (status: 'failed' | 'proven'): readonly Ran[] =>
    runs.filter(
      ({ rules, ended }) =>
        ended === 'completed' &&
        rules?.some((one) => one.name === rule.name && one.status === status) === true,
    );
  const breaking = counted(of('failed'));
  const keeping = counted(of('proven'));
  return {
    name: rule.name,
    title,
    rule,
    conclusion: conclude(paper, breaking, keeping),
    onPaper: paper,
    breaking,
    keeping,
  };
}

function counted(runs: readonly Ran[]): Count | null {
  if (runs.length === 0) return null;
  const harm = runs.map(({ causes }) => causes.filter((cause) => !HARMLESS.includes(cause.harm)));
  const sum = (of: (run: Ran) => number): number => runs.reduce((total, run) => total + of(run), 0);
  return {
    runs: runs.length,
    harmed: harm.filter(({ length }) => length > 0).length,
    requestsLost: sum(({ api }) => api.failed),
    objectsHarmed: sum(({ stacks }) => stacks.stuck + stacks.failed + stacks.lost),
    causes: [...new Set(harm.flat().map(({ kind }) => kind))],
  };
}

function conclude(
  { decision }: OnPaper,
  breaking: Count | null,
  keeping: Count | null,
): OrderConclusion {
  if (breaking === null) return decision;
  if (breaking.harmed === 0) return decision === 'necessary' ? 'unclear' : 'not-necessary';
  const decided = breaking.harmed === breaking.runs && keeping?.harmed === 0;
  return decided ? 'necessary' : 'unclear';
}
