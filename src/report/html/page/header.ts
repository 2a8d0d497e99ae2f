import { serviceOfServer } from '../../../scenario/topology/infrastructure.ts';
import { counted, number } from '../../../text/counted.ts';
import { titled } from '../../../verdict/schema/noun.ts';
import type { Verdict } from '../../../verdict/schema/verdict.ts';
import { called, type Called } from '../../called.ts';
import { topologyInWords } from '../../topology-in-words.ts';
import { upgradeInWords } from '../../upgrade-in-words.ts';
import { h, type Markup } from '../markup.ts';
import { ALONE, type Surroundings } from './surroundings.ts';

const BANNER = {
  passed: '✔ Passed',
  failed: '✘ Failed',
  'not-proven': '? Not proven',
  error: '! Error',
} as const satisfies Record<Called, string>;

/** What a run lacks that cost its users nothing. */
const YET = {
  passed: '',
  failed: ', yet a requirement failed',
  'not-proven': ', yet the requirements are not proven',
  error: ', yet the run did not end',
} as const satisfies Record<Called, string>;

/** The outcome, its meaning in a sentence, and the run. */
export function header(verdict: Verdict, { underWay }: Surroundings = ALONE): Markup {
  const { choreography, seed, durationSeconds, scenario } = verdict;
  return h(
    'header',
    { class: 'top' },
    h(
      'div',
      { class: 'verdict' },
      underWay
        ? h('span', { class: 'outcome outcome-under-way' }, '● Under way')
        : h(
            'span',
            { class: `outcome outcome-${called(verdict)}`, 'data-outcome': verdict.outcome },
            BANNER[called(verdict)],
          ),
      h('h1', {}, underWay ? soFar(verdict) : headline(verdict)),
    ),
    // If neither causes nor tags give the reason, the verdict's reasons do.
    !underWay &&
      (verdict.outcome === 'error' || (verdict.outcome === 'failed' && verdict.causes.length === 0))
      ? h('p', { class: 'reasons' }, verdict.reasons.join(' '))
      : null,
    h(
      'p',
      { class: 'run' },
      `${upgradeInWords(verdict)} · choreography ${choreography} · topology ${topologyInWords(verdict)} · scenario ${scenario} · seed ${seed} · ${durationSeconds.toFixed(0)} s${pausedFor(verdict)}`,
    ),
    h(
      'nav',
      { 'aria-label': 'Sections' },
      ...[
        ['#why', 'What broke'],
        ['#timeline', 'Timeline'],
        ['#disruptions', 'Disruptions'],
        ['#tags', 'Tags'],
        ['#stacks', titled(verdict.noun)],
        ['#times', 'Response times'],
        ['#machine', 'Machine'],
        ['#steps', 'Steps'],
      ].map(([href, text]) => h('a', { href }, text)),
    ),
  );
}

/** The effects on users in a run in progress. */
function soFar(verdict: Verdict): string {
  const harms = harmsOf(verdict);
  return `So far ${harms.length > 0 ? harms.join(' and ') : 'nothing was lost'}`;
}

function pausedFor({ pauses }: Verdict): string {
  if (pauses.length === 0) return '';
  return `, paused for ${pauses.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(0)} s of it`;
}

/** The effects on users, in a sentence. */
export function headline(verdict: Verdict): string {
  const { stacks, api, base, target, subject, noun, error, watched } = verdict;
  const same = base.image === target.image && base.version === target.version;
  const swapped = [
    ...new Set(verdict.infrastructure.map(({ service }) => serviceOfServer(service) ?? service)),
  ];
  const stayed =
    verdict.configurationChanges !== null
      ? 'went from configuration A to B of'
      : swapped.length === 0
        ? 'stayed at'
        : `had its ${swapped.join(' and ')} swapped and stayed at`;
  const roll =
    watched !== null
      ? `while ${subject} was watched`
      : same
        ? `while ${subject} ${stayed} ${base.series}`
        : `while ${subject} went from ${base.series} to ${target.series}`;
  if (error !== null) return `The run ended early: ${error.message}`;
  const harms = harmsOf(verdict);
  if (harms.length > 0) return `${harms.join(' and ')} ${roll}`;
  const served = `${counted(api.requests, 'request')} and ${counted(stacks.accepted, noun)} came through ${roll}`;
  return `${served}${YET[called(verdict)]}`;
}

function harmsOf({ stacks, api, noun }: Verdict): readonly string[] {
  return [
    ...(['lost', 'stuck', 'failed'] as const)
      .filter((outcome) => stacks[outcome] > 0)
      .map(
        (outcome) => `${number(stacks[outcome])} of ${counted(stacks.accepted, noun)} ${outcome}`,
      ),
    ...(api.failed > 0
      ? [`${number(api.failed)} of ${counted(api.requests, 'request')} lost`]
      : []),
  ];
}
