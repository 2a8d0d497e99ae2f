import { counted } from '../../text/counted.ts';
import { unmetInWords } from '../reading/changed-code.ts';
import type { Reading } from '../reading/reading.ts';
import type { Clause } from '../schema/verdict.ts';
import { notProven, proven } from './clause.ts';

/**
 * A change was not tested if none of its statements ran in the mixed state. There is no clause if
 * the statements of the target's source are not traced.
 */
export function changedCodeClause({ changedCode, mixed }: Reading): readonly Clause[] {
  if (changedCode === null || changedCode.unknown !== null) return [];
  if (mixed.intervals.length === 0) return [];
  const claim = { id: 'change-ran', title: 'Changed code ran in the mixed state' };
  const { statements, met } = changedCode;
  const how = `${met} of ${counted(statements, 'changed statement')} ran in it.`;
  const rest = unmetInWords(changedCode);
  return [
    met > 0
      ? proven(claim, how, ...(rest === '' ? [] : [`Not run: ${rest}.`]))
      : notProven(claim, how, `Not run: ${rest}.`),
  ];
}
