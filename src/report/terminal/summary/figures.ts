import { counted, number } from '../../../text/counted.ts';
import { revivalsInWords } from '../../../verdict/reading/revivals.ts';
import { titled } from '../../../verdict/schema/noun.ts';
import type { Verdict } from '../../../verdict/schema/verdict.ts';
import { endInWords } from '../../disruption-end.ts';
import type { Line, Style } from '../../line.ts';
import { unobservedInWords } from '../../unobserved-in-words.ts';
import { entry } from './entry.ts';

/** `API`: requests, losses and disruptions. */
export function api({ api, steps }: Verdict): readonly Line[] {
  if (api.requests === 0) return [entry('API', 'no request was sent')];
  // Losses due to the machine are noise, which has its own line.
  const disruptions = api.disruptions.filter((disruption) => !disruption.noise);
  const lost = `${counted(api.requests, 'request')}, ${number(api.failed)} lost, ${percent(api.availability ?? 0)} served`;
  const unsent = [
    api.dropped === 0 ? '' : `; ${number(api.dropped)} not sent on time`,
    api.reauthenticated === 0 ? '' : `; ${number(api.reauthenticated)} needed a new token`,
  ].join('');
  const longest = disruptions.reduce<(typeof disruptions)[number] | undefined>(
    (most, one) => (most === undefined || one.seconds > most.seconds ? one : most),
    undefined,
  );
  if (longest === undefined) return [entry('API', lost + unsent, 'good')];
  const step = steps.find(({ id }) => id === longest.step);
  const place = longest.node === null ? '' : ` on ${longest.node}`;
  const when = step === undefined ? '' : ` in step ${step.id} ${step.name}`;
  const length = `${longest.seconds.toFixed(1)} s${endInWords(longest)}`;
  return [
    entry(
      'API',
      `${lost}${unsent}; ${counted(disruptions.length, 'disruption')}, the longest ${length}`,
      'bad',
    ),
    entry('', `from ${(longest.from / 1000).toFixed(1)} s${place}${when}`),
    entry('', longest.cause),
  ];
}

/** The addresses beside the API: one line each, and where the longest disruption began. */
export function beside({ beside = [], steps }: Verdict): readonly Line[] {
  return beside.map(({ address, requests, failed, disruptions }) => {
    if (requests === 0) return entry('Beside', `${address}: not asked`, 'warn');
    const [longest] = disruptions.toSorted((a, b) => b.seconds - a.seconds);
    const reached = `${address}: ${counted(requests, 'request')}, ${number(failed)} lost`;
    if (longest === undefined) return entry('Beside', reached, 'good');
    const step = steps.find(({ id }) => id === longest.step);
    const where = step === undefined ? '' : ` in step ${step.id} ${step.name}`;
    return entry(
      'Beside',
      `${reached}; ${counted(disruptions.length, 'disruption')}, the longest ${longest.seconds.toFixed(1)} s${where}`,
      'bad',
    );
  });
}

/** The gaps of the watch: the total, and the longest. */
export function unobserved({ unobserved = [], steps }: Verdict): readonly Line[] {
  const [longest] = unobserved.toSorted((a, b) => b.seconds - a.seconds);
  if (longest === undefined) return [];
  const step = steps.find(({ id }) => id === longest.step);
  const where = step === undefined ? '' : ` in step ${step.id} ${step.name}`;
  return [
    entry('Gaps', `not observed: ${unobservedInWords(unobserved)}`, 'warn'),
    entry(
      '',
      `the longest ${longest.seconds.toFixed(1)} s, from ${(longest.from / 1000).toFixed(1)} s${where}`,
    ),
    entry('', longest.why),
  ];
}

/** Cut, not rounded: 100 % says that nothing was lost. */
function percent(ratio: number): string {
  return `${(Math.floor(ratio * 10_000) / 100).toFixed(2)} %`;
}

/** The most significant comparison of response times. */
export function times({ impact }: Verdict): readonly Line[] {
  const [one] = impact
    .filter(({ control, p95Ms, p95ReferenceMs }) => !control && p95Ms !== null && p95ReferenceMs)
    .toSorted(
      (a, b) =>
        JUDGED_ORDER.indexOf(a.judged) - JUDGED_ORDER.indexOf(b.judged) ||
        (b.p95Ratio?.value ?? 0) - (a.p95Ratio?.value ?? 0),
    );
  if (one === undefined) return [];
  const { probe, connection, version, reference, p95Ms, p95ReferenceMs, p95Ratio } = one;
  const who = `${probe}/${connection}${version === 'all' ? '' : ` by ${version}`}`;
  const ratio =
    p95Ratio === null
      ? ''
      : `, × ${p95Ratio.value.toFixed(1)} (${p95Ratio.low.toFixed(1)} to ${p95Ratio.high.toFixed(1)})`;
  const { text, style } = JUDGED[one.judged];
  return [
    entry(
      'Times',
      `p95 of ${who} ${(p95Ms ?? 0).toFixed(0)} ms in the swaps, ${(p95ReferenceMs ?? 0).toFixed(0)} ms ${reference === 'baseline' ? 'before' : 'after'}${ratio}: ${text}`,
      style,
    ),
  ];
}

const JUDGED_ORDER = ['slower', 'noise', 'unsure', 'not-slower', 'too-few'] as const;
const JUDGED = {
  slower: { text: 'slower', style: 'bad' },
  noise: { text: 'or the machine was', style: 'warn' },
  unsure: { text: 'may be either', style: 'warn' },
  'not-slower': { text: 'not slower', style: 'good' },
  'too-few': { text: 'too few to judge', style: 'warn' },
} as const satisfies Record<
  Verdict['impact'][number]['judged'],
  { readonly text: string; readonly style: Style }
>;

export function noise({ noise, api }: Verdict): readonly Line[] {
  const own = noise.intervals.filter(({ fault }) => fault === null);
  if (own.length === 0 && !noise.tooNoisy) return [];
  const shown = [...new Set(own.map(({ by }) => by))].join(', ');
  const { requests } = api.noise;
  const parts = [
    `${noise.seconds.toFixed(1)} s (${(noise.share * 100).toFixed(1)} %)${shown === '' ? '' : `, seen by ${shown}`}`,
    ...(noise.tooNoisy ? ['too noisy to judge times'] : []),
    ...(requests === 0 ? [] : [`${counted(requests, 'more request')} lost to it`]),
  ];
  return [entry('Noise', parts.join('; '), noise.tooNoisy ? 'warn' : 'faint')];
}

export function objects({ stacks, revivals, noun, notBegun = 0 }: Verdict): readonly Line[] {
  const { accepted, completed, stuck, failed, lost, unsettled } = stacks;
  if (accepted === 0) return [entry(titled(noun), 'none was accepted')];
  const unknown = unsettled === 0 ? '' : `, ${number(unsettled)} not known`;
  const text = `${number(accepted)} accepted: ${number(completed)} completed, ${number(stuck)} stuck, ${number(failed)} failed, ${number(lost)} lost${unknown}`;
  const due =
    notBegun === 0
      ? []
      : [entry('', `${number(notBegun)} more due, not begun: too many under way already`, 'warn')];
  const revived = revivalsInWords({ revivals, noun });
  return [
    entry(titled(noun), text, completed === accepted ? 'good' : 'bad'),
    ...due,
    ...(revived === undefined ? [] : [entry('', revived)]),
  ];
}
