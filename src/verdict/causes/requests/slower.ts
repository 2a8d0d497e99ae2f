import { some } from '../../../counted.ts';
import type { Reading } from '../../reading/reading.ts';
import { slowerInWords } from '../../requests/times/slower.ts';
import { slug } from '../../schema/slug.ts';
import type { FoundCause } from '../found.ts';
import { whereFirst } from '../sighting.ts';

/** Kinds of requests that the target answers later than the base, whenever they are sent. */
export function slowerCauses({ slower, services, steps }: Reading): readonly FoundCause[] {
  const [one, ...others] = slower.map(({ first, ...kind }) => ({
    at: first.sentAt,
    node: null,
    service: null,
    version: services.labels.target,
    victim: first.id,
    sample: slowerInWords(kind),
  }));
  if (one === undefined) return [];
  const operations = slower.map(({ operation }) => operation);
  return [
    {
      id: slug('requests-slowed', ...operations),
      alike: operations,
      kind: 'requests-slowed',
      harm: 'slowed',
      title: `${services.labels.target} answers later than ${services.labels.base}: ${some(operations, 3)}`,
      ...whereFirst([one, ...others], steps),
      count: slower.reduce((sum, { targets }) => sum + targets, 0),
      unit: 'requests',
      evidence: slower.slice(0, 5).map(slowerInWords),
      avoidedBy: null,
    },
  ];
}
