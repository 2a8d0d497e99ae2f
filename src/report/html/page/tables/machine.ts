import { seconds as at } from '../../../../text/seconds.ts';
import type { Verdict } from '../../../../verdict/schema/verdict.ts';
import { h, type Markup } from '../../markup.ts';
import type { Disturbance } from '../../timeline/disturbances.ts';
import { table } from '../table.ts';
import { duration } from '../text.ts';

const MOST_ROWS = 40;

/** The times at which the machine was slow, and the scenario's faults. */
export function machine(verdict: Verdict, faults: readonly Disturbance[]): Markup {
  const own = verdict.noise.intervals.filter(({ fault }) => fault === null);
  return h(
    'section',
    { id: 'machine', 'aria-labelledby': 'machine-title' },
    h('h2', { id: 'machine-title' }, 'Machine, harness and faults'),
    h(
      'p',
      {},
      own.length === 0 ? 'Neither the machine nor the harness was in the way.' : inWords(verdict),
    ),
    noiseTable(own),
    faultTable(faults),
  );
}

function inWords({ noise, api }: Verdict): string {
  const lost =
    api.noise.requests === 0
      ? ''
      : ` ${api.noise.requests} more requests were lost to it, which count nowhere else.`;
  return `The machine or the harness was slow or out of reach for ${noise.seconds.toFixed(1)} s, ${(noise.share * 100).toFixed(1)} % of the time.${noise.tooNoisy ? ' Too noisy to judge times by.' : ''}${lost}`;
}

function noiseTable(own: Verdict['noise']['intervals']): Markup | null {
  if (own.length === 0) return null;
  return table(
    'Noise, as the controls and the harness saw it',
    [{ title: 'from' }, { title: 'took', numeric: true }, { title: 'seen by' }, { title: 'why' }],
    own
      .slice(0, MOST_ROWS)
      .map(({ from, to, by, why }) => [at(from), duration(to - from), by, why]),
  );
}

function faultTable(faults: readonly Disturbance[]): Markup | null {
  if (faults.length === 0) return null;
  return table(
    'Faults that the scenario made',
    [{ title: 'from' }, { title: 'took', numeric: true }, { title: 'fault' }, { title: 'on' }],
    faults.map(({ from, to, fault, on }) => [at(from), duration(to - from), fault, on]),
  );
}
