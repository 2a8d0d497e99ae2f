import { sideLabels } from '../../../../release/release.ts';
import { number } from '../../../../text/counted.ts';
import type { Verdict } from '../../../../verdict/schema/verdict.ts';
import { SIDES } from '../../../../words.ts';
import { h, type Markup } from '../../markup.ts';
import { table } from '../table.ts';
import { duration, percent } from '../text.ts';

/** The answers to each probe and their times, by base and by target. */
export function responseTimes(verdict: Verdict): Markup {
  const { api, impact } = verdict;
  const labels = { all: 'all', ...sideLabels(verdict) };
  return h(
    'section',
    { id: 'times', 'aria-labelledby': 'times-title' },
    h('h2', { id: 'times-title' }, 'Requests and response times'),
    h('p', {}, 'Of served requests, from the time they were due to the end of the answer.'),
    table(
      'By probe and by the version that served',
      [
        { title: 'probe' },
        { title: 'served by' },
        ...['requests', 'lost', 'served', 'median', 'p95', 'p99', 'slowest'].map((title) => ({
          title,
          numeric: true,
        })),
      ],
      api.probes.flatMap(({ probe, connection, failed, availability, latency }) =>
        (['all', ...SIDES] as const).flatMap((side) => {
          const times = latency[side];
          if (times === null) return [];
          return [
            [
              `${probe}, ${connection}`,
              labels[side],
              number(times.requests),
              ...(side === 'all' ? [number(failed), percent(availability)] : ['', '']),
              duration(times.p50Ms),
              duration(times.p95Ms),
              duration(times.p99Ms),
              duration(times.maxMs),
            ],
          ];
        }),
      ),
    ),
    impactTable(impact),
  );
}

const JUDGED = {
  slower: '✘ slower',
  'not-slower': '✔ not slower',
  unsure: '? may be either',
  'too-few': '? too few to compare',
  noise: '? or the machine was',
} as const satisfies Record<Verdict['impact'][number]['judged'], string>;

/** Response times while services were swapped against those of normal operation. */
function impactTable(impact: Verdict['impact']): Markup | null {
  if (impact.length === 0) return null;
  const ms = (time: number | null): string => (time === null ? '–' : duration(time));
  return table(
    'In the swaps against normal operation of the same run, from the send to the end of the answer',
    [
      { title: 'probe' },
      { title: 'served by' },
      { title: 'against' },
      ...['requests', 'median', 'p95', 'p95 by'].map((title) => ({ title, numeric: true })),
      { title: 'judged' },
    ],
    impact.map((one) => [
      `${one.probe}, ${one.connection}${one.control ? ' (control)' : ''}`,
      one.version,
      one.reference === 'baseline' ? 'before' : 'after',
      `${number(one.n)} : ${number(one.nReference)}`,
      `${ms(one.p50Ms)} : ${ms(one.p50ReferenceMs)}`,
      `${ms(one.p95Ms)} : ${ms(one.p95ReferenceMs)}`,
      one.p95Ratio === null
        ? '–'
        : `× ${one.p95Ratio.value.toFixed(1)} (${one.p95Ratio.low.toFixed(1)} to ${one.p95Ratio.high.toFixed(1)})`,
      JUDGED[one.judged],
    ]),
  );
}
