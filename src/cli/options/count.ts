import { RollgateError } from '../../errors.ts';
import { shortened } from '../../text/shortened.ts';

/** @throws RollgateError `invalid-option` if it is not a whole number from 1 to 1000. */
export function countIn(option: string, text: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isInteger(count) && count >= 1 && count <= 1000) return count;
  throw new RollgateError(
    'invalid-option',
    `${option}: expected 1 to 1000, found ${JSON.stringify(shortened(text))}`,
    {
      kind: 'usage',
    },
  );
}
