import type { Clause, Status } from '../schema/verdict.ts';

/** A claim, before its status is known. */
export interface Claim {
  readonly id: string;
  readonly title: string;
}

/** A clause that the evidence proves. */
export function proven(claim: Claim, ...evidence: readonly string[]): Clause {
  return clauseOf(claim, 'proven', evidence);
}

export function failed(claim: Claim, ...evidence: readonly string[]): Clause {
  return clauseOf(claim, 'failed', evidence);
}

/** @param why The reason; never empty, because the reader needs it. */
export function notProven(claim: Claim, why: string, ...evidence: readonly string[]): Clause {
  return clauseOf(claim, 'not-proven', [why, ...evidence]);
}

function clauseOf({ id, title }: Claim, status: Status, evidence: readonly string[]): Clause {
  return { id, status, title, evidence };
}

/** Failed if one failed, proven if all are proven; otherwise not-proven. */
export function overall(statuses: readonly Status[]): Status {
  if (statuses.includes('failed')) return 'failed';
  return statuses.length > 0 && statuses.every((status) => status === 'proven')
    ? 'proven'
    : 'not-proven';
}
