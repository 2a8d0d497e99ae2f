import { withNearest } from '../../document/nearest.ts';
import { RollgateError } from '../../errors.ts';
import { shortened } from '../../text/shortened.ts';
import type { Choreography } from '../draft.ts';
import { cold } from './cold.ts';
import { gentleInPlace } from './gentle-in-place.ts';
import { gentle } from './gentle.ts';
import { guideApiFirst } from './guide-api-first.ts';
import { guide } from './guide.ts';
import { nodeByNode } from './node-by-node.ts';
import { none } from './none.ts';
import { script } from './script.ts';
import { sharedVhost } from './shared-vhost.ts';
import { toQuorum } from './to-quorum.ts';
import { grenadeMultinode } from './tools/grenade-multinode.ts';
import { kollaSerial } from './tools/kolla-serial.ts';
import { kolla } from './tools/kolla.ts';
import { osa } from './tools/osa.ts';

/** Each by its own name. */
const BY_NAME = {
  cold,
  'grenade-multinode': grenadeMultinode,
  kolla,
  'kolla-serial': kollaSerial,
  osa,
  'shared-vhost': sharedVhost,
  guide,
  'guide-api-first': guideApiFirst,
  gentle,
  'gentle-in-place': gentleInPlace,
  'node-by-node': nodeByNode,
  'to-quorum': toQuorum,
  none,
  script,
} as const satisfies Readonly<Record<string, Choreography>>;

/** The name of a way to roll: see docs/choreographies.md. */
export type ChoreographyName = keyof typeof BY_NAME;

export const CHOREOGRAPHIES: readonly Choreography[] = Object.values(BY_NAME);

export const CHOREOGRAPHY_NAMES: readonly string[] = CHOREOGRAPHIES.map(({ name }) => name);

/**
 * @param known Those of a subject. Default: all.
 * @throws RollgateError `unknown-choreography` with the known names.
 */
export function choreographyNamed(
  name: string,
  known: readonly Choreography[] = CHOREOGRAPHIES,
): Choreography {
  const found = known.find((choreography) => choreography.name === name);
  if (found !== undefined) return found;
  const unknown = `unknown choreography ${shortened(JSON.stringify(name))}`;
  const names = known.map((choreography) => choreography.name);
  const message = withNearest(unknown, name, names);
  throw new RollgateError('unknown-choreography', message, {
    kind: 'usage',
    hint: `Name one of ${names.join(', ')}.`,
  });
}
