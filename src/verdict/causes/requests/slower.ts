import { some } from '../../../text/counted.ts';
import type { Reading } from '../../reading/reading.ts';
import { slowAtTimesInWords } from '../../requests/times/at-times.ts';
import { slowerInWords, type SlowerRequest } from '../../requests/times/slower.ts';
import { slug } from '../../schema/slug.ts';
import type { FoundCause } from '../found.ts';
import { whereFirst } from '../sighting.ts';

/**
 * Kinds of requests that the target answers later than the base, whenever they are sent: one cause for
 * those that users notice, and one for the others. Requests that are late now and then are a third.
 */
export function slowerCauses(reading: Reading): readonly FoundCause[] {
  const { slower } = reading;
  return [
    ...causeOf(
      slower.filter(({ isNoticed }) => isNoticed),
      reading,
    ),
    ...causeOf(
      slower.filter(({ isNoticed }) => !isNoticed),
      reading,
    ),
    ...atTimes(reading),
  ];
}

function atTimes({ slowAtTimes, services, steps }: Reading): readonly FoundCause[] {
  const [one, ...others] = slowAtTimes.map((found) => ({
    at: found.late[0].sentAt,
    node: null,
    service: null,
    version: services.labels.target,
    victim: found.late[0].id,
    sample: slowAtTimesInWords(found),
  }));
  if (one === undefined) return [];
  const operations = slowAtTimes.map(({ operation }) => operation);
  return [
    {
      id: slug('requests-slowed-at-times', ...operations),
      alike: ['at-times', ...operations],
      kind: 'requests-slowed',
      harm: 'slowed',
      title: `Since services were swapped, some answers are later by a second or more: ${some(operations, 3)}`,
      ...whereFirst([one, ...others], steps),
      count: slowAtTimes.reduce((sum, { late }) => sum + late.length, 0),
      unit: 'requests',
      evidence: [
        ...slowAtTimes.slice(0, 5).map(slowAtTimesInWords),
        ...new Set(slowAtTimes.map(({ why }) => why)),
      ],
      avoidedBy: null,
    },
  ];
}

function causeOf(
  slower: readonly SlowerRequest[],
  { services, steps }: Reading,
): readonly FoundCause[] {
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
  const isNoticed = slower.some((kind) => kind.isNoticed);
  const by = isNoticed ? '' : ', by less than a second';
  return [
    {
      id: slug('requests-slowed', ...operations),
      alike: operations,
      kind: 'requests-slowed',
      harm: 'slowed',
      title: `${services.labels.target} answers later than ${services.labels.base}${by}: ${some(operations, 3)}`,
      ...whereFirst([one, ...others], steps),
      count: slower.reduce((sum, { targets }) => sum + targets, 0),
      unit: 'requests',
      evidence: [
        ...slower.slice(0, 5).map(slowerInWords),
        ...(isNoticed ? [] : ['It is less than a second, so it fails no tag.']),
      ],
      avoidedBy: null,
    },
  ];
}
