import { SIDES } from '../../release/release.ts';
import { kindOf } from '../../scenario/topology/topology.ts';
import type { Reading } from '../reading/reading.ts';
import { slug } from '../schema/slug.ts';
import type { Cause } from '../schema/verdict.ts';

/** A cause in one run. */
export type FoundCause = Omit<Cause, 'key'> & {
  /**
   * Identifies a cause among those of its kind, independent of place and time: it contains no
   * version, node, step or count.
   */
  readonly alike: readonly (string | number | null)[];
};

/** The cause, with the key that the same fault has in a run of another commit. */
export function withKey({ alike, ...cause }: FoundCause, { services }: Reading): Cause {
  const { kind, harm, service, version } = cause;
  const side = SIDES.find((one) => services.labels[one] === version);
  return { ...cause, key: slug(kind, harm, service && kindOf(service), side, ...alike) };
}
