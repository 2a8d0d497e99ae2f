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

/** Characters. MySQL keeps 65,535 bytes of the reason of a failed stack; the events have it whole. */
const LONGEST_SAMPLE = 2000;

/** The cause, with the key that the same fault has in a run of another commit. */
export function withKey({ alike, ...cause }: FoundCause, { services }: Reading): Cause {
  const { kind, harm, service, version } = cause;
  const side = SIDES.find((one) => services.labels[one] === version);
  const sample =
    cause.sample.length > LONGEST_SAMPLE
      ? `${cause.sample.slice(0, LONGEST_SAMPLE - 1)}…`
      : cause.sample;
  return { ...cause, sample, key: slug(kind, harm, service && kindOf(service), side, ...alike) };
}
