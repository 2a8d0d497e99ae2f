import { titled } from '../../../verdict/words/noun.ts';
import { TAGS, type Cause, type Status, type Verdict } from '../../../verdict/schema/verdict.ts';
import { number } from '../../line.ts';
import { plain } from '../../../plain.ts';
import { h, type Markup } from '../markup.ts';
import { ALONE, type Surroundings } from './surroundings.ts';
import { at, countOf, percent, placeOf } from './text.ts';

/** On the first screen; the others are folded away below them. */
const MOST_CAUSES = 3;

export const MARKS = {
  proven: '✔',
  failed: '✘',
  'not-proven': '?',
} as const satisfies Record<Status, string>;

/** The first screen: what broke, when, where and why; beside it the figures and the tags. */
export function why(verdict: Verdict, { follow, underWay }: Surroundings = ALONE): Markup {
  const rest = verdict.causes.slice(MOST_CAUSES);
  return h(
    'section',
    { id: 'why', 'aria-labelledby': 'why-title', class: 'why' },
    h(
      'div',
      { class: 'causes' },
      h(
        'h2',
        { id: 'why-title' },
        verdict.causes.length === 0
          ? `Nothing was seen to break${underWay ? ' so far' : ''}`
          : `What broke${underWay ? ' so far' : ''}, when, where and why`,
      ),
      ...(verdict.causes.length === 0 && !underWay ? [h('p', {}, reasonsOf(verdict))] : []),
      h(
        'ol',
        {},
        ...verdict.causes
          .slice(0, MOST_CAUSES)
          .map((cause) => causeCard(cause, verdict.noun, follow)),
      ),
      rest.length === 0
        ? null
        : h(
            'details',
            { class: 'more' },
            h(
              'summary',
              {},
              `${rest.length} more ${rest.length === 1 ? 'cause' : 'causes'}: ${rest
                .slice(0, 4)
                .map((cause) => countOf(cause, verdict.noun))
                .join(', ')}${rest.length > 4 ? ' …' : ''}`,
            ),
            h(
              'ol',
              { start: MOST_CAUSES + 1 },
              ...rest.map((cause) => causeCard(cause, verdict.noun, follow)),
            ),
          ),
    ),
    h('div', { class: 'beside' }, figures(verdict), tagList(verdict)),
  );
}

function reasonsOf({ reasons }: Verdict): string {
  return reasons.length === 0 ? 'Everything that was required was proven.' : reasons.join(' ');
}

function causeCard(cause: Cause, noun: string, follow: Surroundings['follow']): Markup {
  const when = [
    `from ${at(cause.firstAt)}`,
    cause.step === null ? null : `in step ${cause.step} ${cause.stepName ?? ''}`.trim(),
  ].filter((part) => part !== null);
  const [first = '', ...rest] = cause.evidence;
  return h(
    'li',
    { class: `cause harm-${cause.harm}`, id: `cause-${cause.id}`, 'data-cause': cause.id },
    h('h3', {}, whatOf(cause, noun)),
    h(
      'dl',
      {},
      h('dt', {}, 'When'),
      h(
        'dd',
        {},
        h('a', { href: '#timeline', 'data-show': Math.round(cause.firstAt) }, when.join(', ')),
      ),
      h('dt', {}, 'Where'),
      h('dd', {}, placeOf(cause)),
      h('dt', {}, 'Why'),
      h('dd', {}, h('strong', {}, `${reasonOf(cause)}.`), ` ${first}`),
      ...(cause.victim === null
        ? []
        : [
            h('dt', {}, 'First'),
            h(
              'dd',
              {},
              ...(follow === undefined
                ? [
                    h('code', {}, `rollgate follow . ${plain(cause.victim)}`),
                    ' in the run’s folder',
                  ]
                : [h('a', { href: follow(cause.victim) }, `Follow ${plain(cause.victim)}`)]),
            ),
          ]),
    ),
    h(
      'details',
      {},
      h('summary', {}, 'Evidence'),
      h('ul', {}, ...rest.map((line) => h('li', {}, line))),
      h('pre', {}, plain(cause.sample)),
    ),
  );
}

const HARM_WORDS = {
  'upgrade-broken': 'that the upgrade could not do',
  'stacks-lost': 'lost',
  'stacks-stuck': 'stuck',
  'integrity-broken': 'broken',
  'stacks-failed': 'failed',
  'requests-lost': 'lost',
  slowed: 'held up, and served',
  noise: 'lost to the machine’s noise, not counted',
  'log-only': 'that did no harm that was seen',
} as const satisfies Record<Cause['harm'], string>;

/** `6 stacks stuck`. */
export function whatOf(cause: Cause, noun: string): string {
  if (cause.harm === 'noise' && cause.unit === 'seconds') {
    return `${countOf(cause, noun)} of noise from the machine`;
  }
  return `${countOf(cause, noun)} ${HARM_WORDS[cause.harm]}`;
}

/** The title without what `whatOf` says already, and without its end. */
function reasonOf({ title }: Cause): string {
  return plain(title)
    .replace(/^Requests lost: /, '')
    .replace(/\.$/, '');
}

interface Figure {
  readonly name: string;
  readonly value: string;
  readonly more?: string;
  readonly tone: 'good' | 'warn' | 'bad';
}

function figures(verdict: Verdict): Markup {
  return h(
    'dl',
    { class: 'figures' },
    ...figuresOf(verdict).map(({ name, value, more, tone }) =>
      h(
        'div',
        { class: tone },
        h('dt', {}, name),
        h('dd', {}, value, more === undefined ? null : h('span', { class: 'more' }, more)),
      ),
    ),
  );
}

function figuresOf(verdict: Verdict): readonly Figure[] {
  const { api, stacks, noise, noun } = verdict;
  const own = api.disruptions.filter((disruption) => !disruption.noise);
  const longest = own.reduce((most, { seconds }) => Math.max(most, seconds), 0);
  return [
    {
      name: 'Requests lost',
      value: `${number(api.failed)} of ${number(api.requests)}`,
      more: `${percent(api.availability)} served`,
      tone: api.failed > 0 ? 'bad' : 'good',
    },
    {
      name: 'Disruptions',
      value: own.length === 0 ? 'none' : number(own.length),
      ...(own.length === 0 ? {} : { more: `the longest ${longest.toFixed(1)} s` }),
      tone: own.length === 0 ? 'good' : 'bad',
    },
    {
      name: `${titled(noun)} stuck`,
      value: `${number(stacks.stuck)} of ${number(stacks.accepted)}`,
      tone: stacks.stuck > 0 ? 'bad' : 'good',
    },
    {
      name: `${titled(noun)} failed, lost`,
      value: `${number(stacks.failed)}, ${number(stacks.lost)}`,
      tone: stacks.failed + stacks.lost > 0 ? 'bad' : 'good',
    },
    slowdown(verdict),
    {
      name: 'Noise of the machine',
      value: noise.seconds === 0 ? 'none' : `${noise.seconds.toFixed(1)} s`,
      ...(noise.seconds === 0
        ? {}
        : {
            more: `${(noise.share * 100).toFixed(1)} % of the time${noise.tooNoisy ? ': too noisy' : ''}`,
          }),
      tone: noise.tooNoisy ? 'warn' : 'good',
    },
  ];
}

/** The comparison of response times that says most. */
function slowdown({ impact }: Verdict): Figure {
  const name = 'Slower in the swaps';
  const own = impact.filter(({ control }) => !control);
  const slower = own
    .filter(({ judged }) => judged === 'slower')
    .toSorted((a, b) => (b.p95Ratio?.value ?? 0) - (a.p95Ratio?.value ?? 0));
  const [worst] = slower;
  if (worst !== undefined) {
    const { probe, connection, p95Ratio } = worst;
    return {
      name,
      value: `p95 × ${(p95Ratio?.value ?? 1).toFixed(1)}`,
      more: `${probe}, ${connection}`,
      tone: 'bad',
    };
  }
  if (own.length > 0 && own.every(({ judged }) => judged === 'not-slower')) {
    return { name, value: 'no', tone: 'good' };
  }
  return { name, value: 'not known', more: 'too few to compare, or noise', tone: 'warn' };
}

function tagList({ tags, require }: Verdict): Markup {
  return h(
    'ul',
    { class: 'tag-list', 'aria-label': 'Tags' },
    ...TAGS.map((name) =>
      h(
        'li',
        { class: `status-${tags[name].status}` },
        h('span', { class: 'mark', 'aria-hidden': 'true' }, MARKS[tags[name].status]),
        h('a', { href: `#${name}` }, name),
        h(
          'span',
          { class: 'status' },
          `${tags[name].status.replace('-', ' ')}${require.includes(name) ? ', required' : ''}`,
        ),
      ),
    ),
  );
}
