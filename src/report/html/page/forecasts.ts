import { withoutForecasts } from '../../../verdict/reading/preflight.ts';
import { unitInWords } from '../../../verdict/schema/noun.ts';
import type { Forecast, Verdict } from '../../../verdict/schema/verdict.ts';
import { h, type Markup } from '../markup.ts';
import { MARKS } from './why.ts';

/** The forecasts of the comparison of the images, and which of them the run showed. */
export function predictions({ predictions, preflight, causes, noun }: Verdict): Markup | null {
  if (preflight != null && preflight.status !== 'made') {
    return section(h('p', {}, `None: ${withoutForecasts(preflight)}.`));
  }
  if (predictions.length === 0) return null;
  return section(
    h(
      'article',
      { class: 'tag' },
      h('ul', {}, ...predictions.map((one) => prediction(one, { causes, noun }))),
    ),
  );
}

function section(content: Markup): Markup {
  return h(
    'section',
    { id: 'predictions', 'aria-labelledby': 'predictions-title' },
    h('h2', { id: 'predictions-title' }, 'Forecasts from the images'),
    content,
  );
}

function prediction(
  { id, title, avoided, cameTrue, causes: shownBy }: Forecast,
  { causes, noun }: Pick<Verdict, 'causes' | 'noun'>,
): Markup {
  const status = cameTrue ? 'failed' : avoided ? 'proven' : 'not-proven';
  const shown = causes.filter((cause) => shownBy.includes(cause.id));
  return h(
    'li',
    { class: `clause status-${status}`, 'data-prediction': id },
    h(
      'div',
      {},
      h('span', { class: 'mark', 'aria-hidden': 'true' }, MARKS[status]),
      h('span', { class: 'clause-title' }, title),
      h('span', { class: 'status' }, inWords(avoided, cameTrue)),
    ),
    ...shown.map((cause) =>
      h('p', {}, `${cause.count} ${unitInWords(cause, noun)}: ${cause.title}`),
    ),
  );
}

function inWords(avoided: boolean, cameTrue: boolean): string {
  if (cameTrue) return avoided ? 'came true, though the choreography should avoid it' : 'came true';
  return avoided ? 'avoided by the choreography' : 'not seen in this run';
}
