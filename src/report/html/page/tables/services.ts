import { plain } from '../../../../text/plain.ts';
import { seconds as at } from '../../../../text/seconds.ts';
import type { Verdict, Watched } from '../../../../verdict/schema/verdict.ts';
import { firstReleaseInWords, releasesInWords, seenInWords } from '../../../discovered-in-words.ts';
import { h, type Markup } from '../../markup.ts';
import { table } from '../table.ts';
import { duration } from '../text.ts';
import { timelineLink } from '../timeline-link.ts';

/** The services of a watched cloud, and what their answers showed. */
export function services({ watched, subject }: Verdict): Markup | null {
  if (watched === null || watched.services === undefined) return null;
  return h(
    'section',
    { id: 'services', 'aria-labelledby': 'services-title' },
    h('h2', { id: 'services-title' }, 'Services, by their own answers'),
    h(
      'p',
      {},
      `${subject}: ${releasesInWords(watched) ?? firstReleaseInWords(watched)}. An answer shows only who answered, so no clause is judged by it.`,
    ),
    table(
      'What the answers showed',
      [
        { title: 'service' },
        { title: 'shown' },
        { title: 'when' },
        { title: 'answers', numeric: true },
      ],
      watched.services.flatMap(rowsOf),
    ),
    sideBySide(watched),
  );
}

function rowsOf({
  service,
  url,
  interfaces,
  silent,
  facts,
}: NonNullable<Watched['services']>[number]) {
  const place = `${service}: ${plain(url)} (${interfaces.join(', ')})`;
  if (silent !== null) return [[place, `no answer: ${silent}`, '–', '–']];
  return facts.flatMap(({ fact, values, why }) =>
    values.length === 0
      ? [[place, `${fact}: not observed, ${why ?? ''}`, '–', '–']]
      : values.map(({ value, from, to, answers, releases }) => [
          place,
          plain(seenInWords({ fact, value, releases })),
          `${at(from)} to ${at(to)}`,
          answers,
        ]),
  );
}

function sideBySide({ mixed = [] }: Watched): Markup | null {
  if (mixed.length === 0) return null;
  return table(
    'Different answers side by side',
    [
      { title: 'from' },
      { title: 'took', numeric: true },
      { title: 'fact' },
      { title: 'values' },
      { title: 'addresses' },
    ],
    mixed.map(({ from, to, service, fact, values, urls }) => [
      timelineLink(from, to, at(from)),
      duration(to - from),
      `${service}: ${fact}`,
      plain(values.join(', ')),
      plain(urls.join(', ')),
    ]),
  );
}
