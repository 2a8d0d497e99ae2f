import { RollgateError } from '../../errors.ts';
import type { Choreography } from '../draft.ts';
import { cold } from './cold.ts';
import { guide } from './guide.ts';
import { none } from './none.ts';
import { sharedVhost } from './shared-vhost.ts';

export const CHOREOGRAPHIES: readonly Choreography[] = [cold, sharedVhost, guide, none];

export const CHOREOGRAPHY_NAMES: readonly string[] = CHOREOGRAPHIES.map(({ name }) => name);

/** @throws RollgateError `unknown-choreography` with the known names. */
export function choreographyNamed(name: string): Choreography {
  const found = CHOREOGRAPHIES.find((choreography) => choreography.name === name);
  if (found !== undefined) return found;
  throw new RollgateError('unknown-choreography', `unknown choreography ${JSON.stringify(name)}`, {
    kind: 'usage',
    hint: `Name one of ${CHOREOGRAPHY_NAMES.join(', ')}.`,
  });
}
