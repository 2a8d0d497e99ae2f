import { RollgateError } from '../../errors.ts';

/** @throws RollgateError `invalid-option` for what is not a whole number from 1 to 1000. */
export function countIn(option: string, text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 1000) return count;
  throw new RollgateError('invalid-option', `${option}: expected 1 to 1000, found "${text}"`, {
    kind: 'usage',
  });
}
