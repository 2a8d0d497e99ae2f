import type { Verdict } from '../../verdict/schema/verdict.ts';
import type { Trial } from './trial.ts';

/** The gate's result for a trial. */
export interface Assessment {
  readonly name: string;
  readonly class: string;
  readonly expected: 'failed' | 'passed';
  readonly outcome: Verdict['outcome'];
  /** The verdict is the expected one. */
  readonly right: boolean;
  /** One of the clauses that must fail did fail; `null` if none must. */
  readonly clauseRight: boolean | null;
  /** A reason or a cause is the expected one; `null` if none is expected. */
  readonly causeRight: boolean | null;
  /** Clauses that failed. */
  readonly clauses: readonly string[];
  /** The first reason or cause that matches; otherwise the first of all. */
  readonly cause: string | null;
  readonly seconds: number;
}

/**
 * Compares a verdict with the expected one. Only a failed verdict catches anything; an error does
 * not.
 */
export function assess(
  { name, class: kind, expected }: Trial,
  verdict: Verdict,
  seconds: number,
): Assessment {
  const clauses = failedClauses(verdict);
  const statements = statementsOf(verdict);
  const matching = statements.find((text) => expected?.cause.test(text) === true);
  const common = { name, class: kind, outcome: verdict.outcome, clauses, seconds };
  const cause = (matching ?? statements[0])?.split('\n').slice(0, 2).join(': ') ?? null;
  return expected === undefined
    ? {
        ...common,
        expected: 'passed',
        right: verdict.outcome === 'passed',
        clauseRight: null,
        causeRight: null,
        cause,
      }
    : {
        ...common,
        expected: 'failed',
        right: verdict.outcome === 'failed',
        clauseRight: expected.clauses.some((clause) => clauses.includes(clause)),
        causeRight: matching !== undefined,
        cause,
      };
}

function failedClauses({ tags }: Verdict): readonly string[] {
  const all = Object.values(tags).flatMap((tag) => tag.clauses);
  const failed = all.filter(({ id, status }) => status === 'failed' && !id.startsWith('holds-'));
  return [...new Set(failed.map(({ id }) => id))];
}

/** Causes first, the most harmful before the others; then the evidence of failed clauses. */
function statementsOf({ causes, reasons, tags }: Verdict): readonly string[] {
  return [
    ...causes.map(({ kind, title, sample }) => [kind, title, sample].join('\n')),
    ...reasons,
    ...Object.values(tags).flatMap(({ clauses }) =>
      clauses.filter(({ status }) => status === 'failed').flatMap(({ evidence }) => evidence),
    ),
  ];
}
