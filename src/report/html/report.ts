import { createHash } from 'node:crypto';
import type { RunEvent } from '../../events/event.ts';
import type { Verdict } from '../../verdict/schema/verdict.ts';
import { h, toHtml, toScriptJson, type Markup } from './markup.ts';
import { checks } from './page/checks.ts';
import { disruptions } from './page/disruptions.ts';
import { header, headline } from './page/header.ts';
import { machine } from './page/machine.ts';
import { predictions } from './page/predictions.ts';
import { responseTimes } from './page/response-times.ts';
import { stacks } from './page/stacks.ts';
import { steps } from './page/steps.ts';
import { tags } from './page/tags.ts';
import { patterns, timelineSection } from './page/timeline-section.ts';
import { why } from './page/why.ts';
import { pageScript, pageStyle } from './script.ts';
import { readTimeline } from './timeline/timeline.ts';

/**
 * The report as one HTML file that needs nothing else: it loads nothing, and what its script
 * adds (zoom, hover, stories beside the timeline) is not needed to read it. The same events and
 * verdict give the same bytes.
 */
export function renderHtml(events: readonly RunEvent[], verdict: Verdict): string {
  const timeline = readTimeline(events, verdict);
  const style = pageStyle();
  const script = pageScript();
  const body = h(
    'body',
    {},
    h('a', { class: 'skip', href: '#timeline' }, 'Skip to the timeline'),
    patterns(),
    header(verdict),
    h(
      'main',
      {},
      why(verdict),
      timelineSection(timeline),
      disruptions(events, verdict),
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
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${toHtml(policy(style, script))}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${toHtml(h('title', {}, `${verdict.outcome}: ${headline(verdict)}`))}
<style>${style}</style>
</head>
${toHtml(body).replace(/<\/body>$/, '')}
<script type="application/json" id="timeline-data">${toScriptJson(timeline)}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** Nothing is loaded, and nothing runs but this very style and script. */
function policy(style: string, script: string): Markup {
  const hash = (text: string): string =>
    `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return h('meta', {
    'http-equiv': 'Content-Security-Policy',
    content: `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; base-uri 'none'; form-action 'none'`,
  });
}
