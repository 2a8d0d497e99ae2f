import type { RunEvent } from '../../../events/event.ts';
import type { Verdict } from '../../../verdict/schema/verdict.ts';
import type { Page } from '../document.ts';
import { h, type Child } from '../markup.ts';
import { renderReport } from '../report.ts';
import { filePath, followPath } from './links.ts';
import type { RunProgress } from './listed-run.ts';
import { wayTo } from './served-page.ts';
import { followForm } from './trail.ts';

export interface ServedRun {
  readonly id: string;
  readonly events: readonly RunEvent[];
  readonly verdict: Verdict;
  readonly progress: RunProgress;
  /** `plan.txt`, `logs/haproxy.log` */
  readonly files: readonly string[];
}

/** A run's report as a served page; for a run in progress, with its events as they happen. */
export function runPage({ id, events, verdict, progress, files }: ServedRun): Page {
  const underWay = progress === 'under-way' || progress === 'held';
  return renderReport(events, verdict, {
    underWay,
    follow: (wanted) => followPath(id, wanted),
    above: [
      wayTo(id),
      h('div', { class: 'tools' }, followForm(id), filesOf(id, files)),
      underWay ? live() : null,
    ],
  });
}

function filesOf(id: string, files: readonly string[]): Child {
  if (files.length === 0) return null;
  return h(
    'details',
    { class: 'files' },
    h('summary', {}, `Files (${files.length})`),
    h('ul', {}, ...files.map((file) => h('li', {}, h('a', { href: filePath(id, file) }, file)))),
  );
}

/** Filled by the page's script. */
function live(): Child {
  return h(
    'section',
    { class: 'live', 'aria-label': 'As it happens' },
    h(
      'p',
      {},
      h('strong', { class: 'live-state', role: 'status' }, 'The run is under way.'),
      ' What is below may change until it ends.',
    ),
    h('div', { class: 'news', tabindex: '0', role: 'log', 'aria-label': 'Progress' }),
  );
}
