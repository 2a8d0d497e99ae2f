import type { Verdict } from '../../../verdict/verdict.ts';
import { number } from '../../line.ts';
import { h, type Markup } from '../markup.ts';
import { table } from './table.ts';
import { duration, percent } from './text.ts';

/** What each probe was served, and how fast, by base and by target. */
export function responseTimes({ api, base, target }: Verdict): Markup {
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
        (['all', 'base', 'target'] as const).flatMap((side) => {
          const times = latency[side];
          if (times === null) return [];
          const who = { all: 'all', base: base.version, target: target.version }[side];
          return [
            [
              `${probe}, ${connection}`,
              who,
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
  );
}
