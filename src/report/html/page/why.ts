import { counted } from '../../../text/counted.ts';
import { plain } from '../../../text/plain.ts';
import { seconds as at } from '../../../text/seconds.ts';
import { unmetInWords } from '../../../verdict/reading/changed-code.ts';
import { TAGS, type Cause, type Status, type Verdict } from '../../../verdict/schema/verdict.ts';
import { stateInWords } from '../../state-in-words.ts';
import { h, type Markup } from '../markup.ts';
import { figures } from './figures.ts';
import { ALONE, type Surroundings } from './surroundings.ts';
import { countOf, placeOf } from './text.ts';

/** The number of causes on the first screen; the others are collapsed below them. */
const MOST_CAUSES = 3;

export const MARKS = {
  proven: '✔',
  failed: '✘',
  'not-proven': '?',
} as const satisfies Record<Status, string>;

/** The first screen: the failures, when, where and why; beside it the figures and the tags. */
export function why(verdict: Verdict, { follow, underWay }: Surroundings = ALONE): Markup {
  const nothing = verdict.causes.every(({ harm }) => harm === 'noise');
  const soFar = underWay ? ' so far' : '';
  return h(
    'section',
    { id: 'why', 'aria-labelledby': 'why-title', class: 'why' },
    h(
      'div',
      { class: 'causes' },
      h(
        'h2',
        { id: 'why-title' },
        nothing ? `Nothing was seen to break${soFar}` : `What broke${soFar}, when, where and why`,
      ),
      ...(nothing && !underWay ? [h('p', {}, reasonsOf(verdict))] : []),
      ...notRun(verdict),
      h(
        'ol',
        {},
        ...verdict.causes.slice(0, MOST_CAUSES).map((cause) => causeCard(cause, verdict, follow)),
      ),
      furtherCauses(verdict, follow),
    ),
    h('div', { class: 'beside' }, figures(verdict), tagList(verdict)),
  );
}

/** The causes below the first screen, collapsed. */
function furtherCauses(verdict: Verdict, follow: Surroundings['follow']): Markup | null {
  const { causes, noun } = verdict;
  const rest = causes.slice(MOST_CAUSES);
  if (rest.length === 0) return null;
  const named = rest.slice(0, 4).map((cause) => countOf(cause, noun));
  return h(
    'details',
    { class: 'more' },
    h(
      'summary',
      {},
      `${counted(rest.length, 'more cause')}: ${named.join(', ')}${rest.length > named.length ? ' …' : ''}`,
    ),
    h('ol', { start: MOST_CAUSES + 1 }, ...rest.map((cause) => causeCard(cause, verdict, follow))),
  );
}

/** The part of the user's own change that did not run. */
function notRun({ changedCode }: Verdict): readonly Markup[] {
  if (changedCode === undefined || changedCode.notMet.length === 0) return [];
  const places = unmetInWords(changedCode, 10);
  return [
    h(
      'p',
      {},
      `Changed statements that did not run, so the run says nothing about them: ${places}.`,
    ),
  ];
}

function reasonsOf({ reasons }: Verdict): string {
  return reasons.length === 0 ? 'Everything that was required was proven.' : reasons.join(' ');
}

function causeCard(cause: Cause, verdict: Verdict, follow: Surroundings['follow']): Markup {
  const when = [
    `from ${at(cause.firstAt)}`,
    cause.step === null ? null : `in step ${cause.step} ${cause.stepName ?? ''}`.trim(),
    stateInWords(verdict, cause.step) ?? null,
  ].filter((part) => part !== null);
  const [first = '', ...rest] = cause.evidence;
  return h(
    'li',
    { class: `cause harm-${cause.harm}`, id: `cause-${cause.id}`, 'data-cause': cause.id },
    h('h3', {}, whatOf(cause, verdict.noun)),
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
      ...firstVictim(cause, follow),
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

/** The first that the cause harmed, and how to follow it. */
function firstVictim({ victim }: Cause, follow: Surroundings['follow']): readonly Markup[] {
  if (victim === null) return [];
  const how =
    follow === undefined
      ? [h('code', {}, `rollgate follow . ${plain(victim)}`), ' in the run’s folder']
      : [h('a', { href: follow(victim) }, `Follow ${plain(victim)}`)];
  return [h('dt', {}, 'First'), h('dd', {}, ...how)];
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

/** The title without the part that `whatOf` repeats, and without its end. */
function reasonOf({ title }: Cause): string {
  return plain(title)
    .replace(/^Requests lost: /, '')
    .replace(/\.$/, '');
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
