import { counted } from '../../text/counted.ts';
import { checkInWords, failedChecks } from '../reading/checks.ts';
import type { Reading } from '../reading/reading.ts';
import type { Clause } from '../schema/verdict.ts';
import { failed, notProven, proven } from './clause.ts';

/**
 * The scenario's checks at some points, as a clause of a tag. There is no clause if no check there
 * can fail the run.
 */
export function checkClause(
  { checks }: Reading,
  title: string,
  points: readonly string[],
): readonly Clause[] {
  const claim = { id: 'checks-passed', title };
  const here = checks.filter(
    ({ point, required }) => point !== null && points.includes(point) && required,
  );
  if (here.length === 0) return [];
  const bad = failedChecks(here);
  if (bad.length > 0) return [failed(claim, ...bad.map(checkInWords))];
  const open = here.filter(({ status }) => status === 'not-done');
  if (open.length > 0) return [notProven(claim, ...evidence(open))];
  return [proven(claim, ...evidence(here))];
}

function evidence(checks: Reading['checks']): [string, ...string[]] {
  return [`${counted(checks.length, 'check')}:`, ...checks.map(checkInWords)];
}
