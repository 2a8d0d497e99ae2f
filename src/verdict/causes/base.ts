import { counted } from '../../text/counted.ts';
import { BASE_FAILS, failureInWords, type BaseFailure } from '../history/base/failures.ts';
import type { Reading } from '../reading/reading.ts';
import type { FoundCause } from './found.ts';
import { whereFirst } from './sighting.ts';

/** The base's own failures before the roll, by name: no upgrade caused them. */
export function baseCauses(reading: Reading): readonly FoundCause[] {
  return reading.baseFailures.map((failure) => causeOf(failure, reading));
}

function causeOf(failure: BaseFailure, { api, start, steps, services }: Reading): FoundCause {
  const { id, harm, what, firstAt, server, sample, line, more } = failure;
  const all = api.lost.filter(({ causeId }) => causeId === id).length;
  const life = services.at(server ?? undefined, firstAt);
  const sighting = {
    at: firstAt,
    node: life?.node ?? null,
    service: life?.service ?? null,
    version: life?.version ?? start.base.version,
    sample,
    victim: failure.victim,
  };
  const later = all - failure.count;
  return {
    id,
    alike: [id],
    kind: BASE_FAILS,
    harm,
    title: `The base fails before anything is rolled: ${what}`,
    ...whereFirst([sighting], steps),
    count: Math.max(all, failure.count),
    unit: UNITS[harm],
    evidence: [
      `In the baseline: ${failureInWords({ ...failure, line: null })}.`,
      ...(line === null ? [] : [`Beside it in the log of ${server}: ${line}`]),
      ...(later > 0
        ? [`${counted(later, 'request')} more failed in the same way afterwards.`]
        : []),
      ...(more === null
        ? []
        : [
            `Afterwards ${more.count} of ${more.of} failed so. That is surely more, so those are not the base’s.`,
          ]),
      'Nothing had been swapped yet, so that no upgrade made it fail.',
    ],
    avoidedBy: null,
  };
}

const UNITS = {
  'requests-lost': 'requests',
  'stacks-failed': 'stacks',
  'integrity-broken': 'checks',
} as const satisfies Readonly<Record<BaseFailure['harm'], FoundCause['unit']>>;
