import type { Verdict } from '../../../verdict/schema/verdict.ts';
import { databaseInWords } from '../../database-in-words.ts';
import type { Line } from '../../line.ts';
import { entry } from './entry.ts';

/** The initial database of the lab. */
export function database({ database: begun }: Verdict): readonly Line[] {
  return begun === undefined ? [] : [entry('Data', databaseInWords(begun))];
}
