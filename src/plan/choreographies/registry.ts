import { RollgateError } from '../../errors.ts';
import type { Choreography } from '../draft.ts';
import { cold } from './cold.ts';
import { gentleInPlace } from './gentle-in-place.ts';
import { gentle } from './gentle.ts';
import { grenadeMultinode } from './grenade-multinode.ts';
import { guideApiFirst } from './guide-api-first.ts';
import { guide } from './guide.ts';
import { kollaSerial } from './kolla-serial.ts';
import { kolla } from './kolla.ts';
import { nodeByNode } from './node-by-node.ts';
import { none } from './none.ts';
import { osa } from './osa.ts';
import { script } from './script.ts';
import { sharedVhost } from './shared-vhost.ts';

export const CHOREOGRAPHIES: readonly Choreography[] = [
  cold,
  grenadeMultinode,
  kolla,
  kollaSerial,
  osa,
  sharedVhost,
  guide,
  guideApiFirst,
  gentle,
  gentleInPlace,
  nodeByNode,
  none,
  script,
];

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
