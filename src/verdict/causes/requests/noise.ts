import { some } from '../../../text/counted.ts';
import { span } from '../../../text/seconds.ts';
import { lengthOf } from '../../history/interval.ts';
import type { Reading } from '../../reading/reading.ts';
import { slug } from '../../schema/slug.ts';
import type { NoiseFigures } from '../../schema/verdict.ts';
import type { FoundCause } from '../found.ts';
import { whereFirst } from '../sighting.ts';

/**
 * The reason why the machine was slow, if it deserves a cause. A fault of the scenario burdens the
 * whole machine, or there is too much noise for a judgement. The subject did no harm.
 */
export function noiseCauses(reading: Reading): readonly FoundCause[] {
  const { noise } = reading;
  const own = noise.intervals.filter(({ fault }) => fault === null);
  const burdens = Map.groupBy(
    own.filter(({ by }) => by === 'machine'),
    ({ why }) => why,
  );
  const named = [...burdens].map(([why, intervals]) =>
    causeOf(reading, intervals, `The whole machine was slow: ${why}`, slug('machine', why)),
  );
  const others = own.filter(({ by }) => by !== 'machine');
  return [
    ...named,
    ...(noise.tooNoisy && others.length > 0
      ? [causeOf(reading, others, 'The machine was too slow for a judgement', 'machine-too-noisy')]
      : []),
  ].flatMap((cause) => (cause === null ? [] : [cause]));
}

function causeOf(
  { steps, noise }: Reading,
  intervals: NoiseFigures['intervals'],
  title: string,
  id: string,
): FoundCause | null {
  const [first] = intervals;
  if (first === undefined) return null;
  const sighting = {
    at: first.from,
    node: null,
    service: null,
    version: null,
    sample: `${first.by}: ${first.why}`,
  };
  return {
    id,
    alike: [id],
    kind: 'machine-noise',
    harm: 'noise',
    title,
    ...whereFirst([sighting], steps),
    count: Math.round(lengthOf(intervals) / 1000),
    unit: 'seconds',
    evidence: [
      `${some(intervals.map(({ from, to, by }) => `${span(from, to)} by ${by}`))}.`,
      ...busiest(intervals),
      ...(noise.why === null ? [] : [noise.why]),
    ],
    avoidedBy: null,
  };
}

function busiest(intervals: NoiseFigures['intervals']): readonly string[] {
  const [most] = intervals
    .flatMap(({ machine }) => (machine === null ? [] : [machine]))
    .toSorted((a, b) => b.runnable - a.runnable);
  if (most === undefined) return [];
  const { cores, busy, lab, runnable } = most;
  return [
    `At the peak ${Math.min(cores, busy).toFixed(1)} of ${cores} cores were in use, ${lab.toFixed(1)} of them by the lab's containers, with ${runnable} threads to run.`,
  ];
}
