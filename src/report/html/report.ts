import type { RunEvent } from '../../events/event.ts';
import type { Verdict } from '../../verdict/schema/verdict.ts';
import { renderPage, type Page } from './document.ts';
import { h } from './markup.ts';
import { checks } from './page/checks.ts';
import { predictions } from './page/forecasts.ts';
import { header, headline } from './page/header.ts';
import { ALONE, type Surroundings } from './page/surroundings.ts';
import { disruptions } from './page/tables/disruptions.ts';
import { machine } from './page/tables/machine.ts';
import { responseTimes } from './page/tables/response-times.ts';
import { services } from './page/tables/services.ts';
import { stacks } from './page/tables/stacks.ts';
import { steps } from './page/tables/steps.ts';
import { tags } from './page/tags.ts';
import { patterns, timelineSection } from './page/timeline-section.ts';
import { why } from './page/why.ts';
import { LIVE_MODULES, MODULES, pageScript, pageStyle, servedStyle } from './script.ts';
import { readTimeline } from './timeline/timeline.ts';

/**
 * The report as one HTML file that loads nothing else. It is readable without its script, which
 * adds zoom, hover and details beside the timeline. The same events and verdict give the same
 * bytes.
 */
export function renderHtml(events: readonly RunEvent[], verdict: Verdict): string {
  return renderReport(events, verdict, ALONE).html;
}

/** The same as one of several pages, with the policy that a server sends with it. */
export function renderReport(
  events: readonly RunEvent[],
  verdict: Verdict,
  surroundings: Surroundings,
): Page {
  const timeline = readTimeline(events, verdict);
  const alone = surroundings === ALONE;
  const style = alone ? pageStyle() : servedStyle();
  const script = pageScript(surroundings.underWay ? LIVE_MODULES : MODULES);
  const body = h(
    'body',
    {},
    h('a', { class: 'skip', href: '#timeline' }, 'Skip to the timeline'),
    patterns(),
    surroundings.above,
    header(verdict, surroundings),
    h(
      'main',
      {},
      why(verdict, surroundings),
      timelineSection(timeline),
      disruptions(events, verdict),
      services(verdict),
      tags(verdict),
      checks(verdict),
      predictions(verdict),
      stacks(verdict, timeline.stacks),
      responseTimes(verdict),
      machine(verdict, timeline.faults),
      steps(events, verdict),
    ),
    h('aside', { class: 'drawer', 'aria-label': 'Disruption', hidden: true, tabindex: '-1' }),
    h(
      'footer',
      {},
      'Made by rollgate from this run’s events. Times are seconds since the start of the run.',
    ),
  );
  return renderPage({
    title: surroundings.underWay
      ? `under way: ${verdict.scenario}`
      : `${verdict.outcome}: ${headline(verdict)}`,
    style,
    body,
    script: { text: script, data: { id: 'timeline-data', value: timeline } },
    ownServer: !alone,
  });
}
