import { counted, some } from '../../text/counted.ts';
import { unmetInWords } from '../reading/changed-code.ts';
import type { Reading } from '../reading/reading.ts';
import type { Clause } from '../schema/verdict.ts';
import { notProven, proven } from './clause.ts';

/**
 * With more changed functions than this, the target is another release rather than one change. No
 * run reaches all functions of a release.
 */
const MOST_FUNCTIONS = 40;
/** At most this many functions are named. */
const MOST_NAMED = 5;

/**
 * A change was not tested if none of its statements ran in the mixed state, or if one of its
 * functions was never entered there. A statement of a function that was entered may be one for rare
 * cases: it is named, and proves nothing. There is no clause if the statements of the target's source
 * are not traced.
 */
export function changedCodeClause({ changedCode, mixed }: Reading): readonly Clause[] {
  if (changedCode === null || changedCode.unknown !== null) return [];
  if (mixed.intervals.length === 0) return [];
  const claim = { id: 'change-ran', title: 'Changed code ran in the mixed state' };
  const { statements, met } = changedCode;
  const rest = unmetInWords(changedCode);
  const { functions = 0, entered = functions, notEntered = [] } = changedCode;
  const how = `${met} of ${counted(statements, 'changed statement')} ran in it.`;
  const notRun = rest === '' ? [] : [`Not run: ${rest}.`];
  if (met === 0) return [notProven(claim, how, ...notRun)];
  if (entered === functions) return [proven(claim, how, ...notRun)];
  const which = functionsInWords({ functions, entered, notEntered });
  return functions > MOST_FUNCTIONS
    ? [proven(claim, how, which, ...notRun)]
    : [notProven(claim, which, how, ...notRun)];
}

/** The changed functions that were not entered. */
function functionsInWords({
  functions,
  entered,
  notEntered,
}: {
  readonly functions: number;
  readonly entered: number;
  readonly notEntered: readonly string[];
}): string {
  const how = `${entered} of ${counted(functions, 'changed function')} ran in it`;
  return functions > MOST_FUNCTIONS
    ? `${how}; too many are changed for one run.`
    : `${how}; not ${some(notEntered, MOST_NAMED)}.`;
}
