import type { EventOf, RunEvent } from '../../../../events/event.ts';
import { plain } from '../../../../text/plain.ts';
import { seconds as at } from '../../../../text/seconds.ts';
import type { Disruption, LostRequest, Verdict } from '../../../../verdict/schema/verdict.ts';
import { endInWords } from '../../../disruption-end.ts';
import { h, type Markup } from '../../markup.ts';
import { table } from '../table.ts';
import { duration, stepOf } from '../text.ts';
import { timelineLink } from '../timeline-link.ts';

/** Log lines shown with a disruption were written at most this long before or after it. */
const AROUND_MS = 3000;
const MOST_LINES = 12;
/** With more disruptions than these, later ones are shown without their requests and log lines. */
const MOST_STORIES = 100;

/** Each disruption: when, where, in which step, why, and its losses and log lines. */
export function disruptions(events: readonly RunEvent[], verdict: Verdict): Markup {
  const all = verdict.api.disruptions;
  const findings = events.filter((event) => event.type === 'log-finding');
  const balancer = new Map(
    events.filter((event) => event.type === 'balancer-logged').map((event) => [event.id, event]),
  );
  return h(
    'section',
    { id: 'disruptions', 'aria-labelledby': 'disruptions-title' },
    h('h2', { id: 'disruptions-title' }, 'Disruptions'),
    all.length === 0
      ? h(
          'p',
          {},
          verdict.api.requests === 0 ? 'No request was sent.' : 'None: every request was served.',
        )
      : h(
          'p',
          {},
          'Each probe over each kind of connection: from the send of the first lost request to the send of the next served one. If nothing was sent for long after a lost request, it ends with that request.',
        ),
    ...all.map((disruption, index) => story(disruption, index, verdict, findings, balancer)),
    notObserved(verdict),
  );
}

/** Gaps of a watch are listed separately, because they are not disruptions. */
function notObserved(verdict: Verdict): Markup | null {
  const { unobserved = [] } = verdict;
  if (unobserved.length === 0) return null;
  return table(
    'Not observed: neither an outage nor availability',
    [
      { title: 'from' },
      { title: 'took', numeric: true },
      { title: 'requests', numeric: true },
      { title: 'why' },
      { title: 'step' },
    ],
    unobserved.map(({ from, to, requests, why, step }) => [
      timelineLink(from, to, at(from)),
      duration(to - from),
      requests,
      plain(why),
      stepOf(verdict, step) ?? 'none',
    ]),
  );
}

function story(
  disruption: Disruption,
  index: number,
  verdict: Verdict,
  findings: readonly EventOf<'log-finding'>[],
  balancer: ReadonlyMap<string, EventOf<'balancer-logged'>>,
): Markup {
  const { from, to, probe, connection } = disruption;
  const requests = verdict.api.lost.filter(
    (one) =>
      one.probe === probe &&
      one.connection === connection &&
      one.sentAt >= from &&
      one.sentAt <= to,
  );
  const lines = linesAbout(disruption, findings);
  return h(
    'details',
    {
      id: `disruption-${index + 1}`,
      class: 'disruption-story',
      'data-story': index + 1,
      'data-from': Math.round(from),
      'data-to': Math.round(to),
    },
    headOf(disruption, index),
    factsOf(disruption, requests, verdict),
    ...(index < MOST_STORIES ? storyOf(disruption, requests, lines, balancer) : []),
  );
}

function headOf(disruption: Disruption, index: number): Markup {
  const { from, seconds, probe, connection, lost, cause, noise } = disruption;
  const when = `${at(from)}, ${duration(seconds * 1000)}${endInWords(disruption)}`;
  return h(
    'summary',
    {},
    h('span', { class: 'number' }, index + 1),
    h('span', { class: 'when' }, when),
    h('span', { class: 'probe' }, `${probe}, ${connection}: ${lost} lost`),
    h('span', { class: 'cause-text' }, `${cause}${noise ? ' (noise of the machine)' : ''}`),
  );
}

function factsOf(
  { from, to, node, step, cause, causeId }: Disruption,
  requests: readonly LostRequest[],
  verdict: Verdict,
): Markup {
  return h(
    'dl',
    { class: 'facts' },
    h('dt', {}, 'Step'),
    h('dd', { 'data-fact': 'step' }, stepOf(verdict, step) ?? 'none'),
    h('dt', {}, 'Node'),
    h('dd', { 'data-fact': 'node' }, placeText(node, requests)),
    h('dt', {}, 'Cause'),
    h('dd', { 'data-fact': 'cause' }, h('a', { href: `#cause-${causeId}` }, cause)),
    h('dt', {}, 'When'),
    h('dd', {}, `${at(from)} to ${at(to)}, `, timelineLink(from, to, 'show on the timeline')),
  );
}

/** Its losses, and the log lines about it. */
function storyOf(
  { node }: Disruption,
  requests: readonly LostRequest[],
  lines: readonly LineGroup[],
  balancer: ReadonlyMap<string, EventOf<'balancer-logged'>>,
): readonly Markup[] {
  return [
    h('h4', {}, `Lost requests (${requests.length})`),
    h(
      'ul',
      { class: 'lines', 'data-fact': 'lost' },
      ...requests
        .slice(0, MOST_LINES)
        .map((one) => h('li', {}, ...lostLine(one, balancer.get(one.id)))),
      rest(requests.length),
    ),
    h('h4', {}, `Log lines around it${node === null ? '' : ` on ${node}`} (${lines.length})`),
    lines.length === 0
      ? h(
          'p',
          { 'data-fact': 'log' },
          `No line that matches a signature within ${AROUND_MS / 1000} s.`,
        )
      : h(
          'ul',
          { class: 'lines', 'data-fact': 'log' },
          ...lines.slice(0, MOST_LINES).map(logLine),
          rest(lines.length),
        ),
  ];
}

function rest(count: number): Markup | null {
  return count > MOST_LINES ? h('li', {}, `and ${count - MOST_LINES} more`) : null;
}

function placeText(node: string | null, [first]: readonly LostRequest[]): string {
  const service = [first?.service, first?.version].filter((part) => part != null).join(' ');
  if (node === null) return 'no node is known: no server was chosen, or the log names none';
  return service === '' ? node : `${node}: ${service}`;
}

/** Lines of one signature by one service, with the first of them. */
interface LineGroup {
  readonly first: EventOf<'log-finding'>;
  readonly count: number;
}

const SEVERITIES = ['error', 'warning', 'harmless'] as const;

/** The worst first, then by time. */
function linesAbout(
  { node, from, to }: Disruption,
  findings: readonly EventOf<'log-finding'>[],
): readonly LineGroup[] {
  const near = findings
    .filter(
      (finding) =>
        finding.at >= from - AROUND_MS &&
        finding.at <= to + AROUND_MS &&
        (node === null || finding.node === node),
    )
    .sort((a, b) => a.at - b.at);
  const groups = Map.groupBy(near, ({ node, service, version, signature }) =>
    [node, service, version, signature].join(' '),
  );
  return [...groups.values()]
    .flatMap(([first, ...others]) =>
      first === undefined ? [] : [{ first, count: others.length + 1 }],
    )
    .sort((a, b) => SEVERITIES.indexOf(a.first.severity) - SEVERITIES.indexOf(b.first.severity));
}

function logLine({ first, count }: LineGroup): Markup {
  return h(
    'li',
    { class: `severity-${first.severity}` },
    h('span', { class: 'when' }, at(first.at)),
    ` ${first.node}/${first.service} ${first.version}: ${first.title}${count === 1 ? '' : ` (${count} lines)`}`,
    h('pre', {}, plain(first.sample)),
  );
}

function lostLine(
  { sentAt, operation, cause, detail, id }: LostRequest,
  logged: EventOf<'balancer-logged'> | undefined,
): readonly (Markup | string)[] {
  return [
    h('span', { class: 'when' }, at(sentAt)),
    ` ${operation}: ${cause} `,
    h('code', {}, id),
    ...(detail === null ? [] : [h('pre', {}, plain(detail))]),
    ...(logged === undefined
      ? []
      : [
          h(
            'div',
            {},
            `load balancer: ${logged.server ?? 'no server'}, status ${logged.status}, ended ${logged.termination}, after ${duration(logged.totalMs)}`,
          ),
        ]),
  ];
}
