import { counted } from '../../text/counted.ts';
import { mapGroup } from '../history/group.ts';
import type { Reading } from '../reading/reading.ts';
import type { FoundCause } from './found.ts';
import { whereFirst } from './sighting.ts';

/** Objects that stay in Keystone, because the token of their deletion had expired. */
export function refusedDeletionCauses({
  refusedDeletions,
  steps,
}: Pick<Reading, 'refusedDeletions' | 'steps'>): readonly FoundCause[] {
  const { refusals, inWords } = refusedDeletions;
  const [first, ...others] = refusals;
  if (first === undefined || inWords === undefined) return [];
  return [
    {
      id: 'left-by-refused-deletion',
      alike: [],
      kind: 'left-by-refused-deletion',
      harm: 'log-only',
      title: `${counted(refusals.length, 'deletion')} refused with 401 and not tried again`,
      ...whereFirst(
        mapGroup([first, ...others], (finding) => ({ ...finding, victim: undefined })),
        steps,
      ),
      count: refusals.length,
      unit: 'log lines',
      evidence: [inWords],
      avoidedBy: null,
    },
  ];
}
