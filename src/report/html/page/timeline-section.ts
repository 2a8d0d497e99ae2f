import { frameOf } from '../drawing/frame.js';
import { drawAxis, drawGroup, groupsOf, titleOf } from '../drawing/lanes.js';
import { h, type Markup } from '../markup.ts';
import type { Timeline } from '../timeline/timeline.ts';

/** The width of the lanes in the page; a script redraws them at the window's width. */
const PAGE_WIDTH = 1160;

const LEGENDS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  services: [
    ['band band-base', 'base'],
    ['band band-stopping', 'stopping'],
    ['band band-down', 'down'],
    ['band band-starting', 'starting'],
    ['band band-target', 'target'],
    ['finding-key', 'error or warning in the log'],
    ['balancer-key', 'load balancer: up, draining, down'],
  ],
  requests: [
    ['served', 'served (counted)'],
    ['lost-key', 'lost (each one)'],
    ['dropped-key', 'not sent in time'],
    ['disruption', 'disruption: click for its story'],
  ],
  'response-times': [
    ['median-key', 'median'],
    ['between', 'median to 95th percentile'],
    ['slowest-key', 'slowest (logarithmic scale)'],
  ],
  queues: [
    ['queue-ready', 'ready'],
    ['queue-all', 'unacknowledged'],
  ],
  stacks: [
    ['operation operation-create', 'create'],
    ['operation operation-update', 'update'],
    ['operation operation-delete', 'delete'],
    ['harm harm-stuck', 'at a halt'],
  ],
};

/** The timeline without a script: the whole run, one SVG for each group of lanes. */
export function timelineSection(timeline: Timeline): Markup {
  return h(
    'section',
    { id: 'timeline', 'aria-labelledby': 'timeline-title' },
    h('h2', { id: 'timeline-title' }, 'Timeline'),
    controls(),
    chart(timeline),
    h('div', { class: 'tooltip', role: 'status', hidden: true }),
    h(
      'p',
      { class: 'shades' },
      key('shade shade-disruption', 'a request was lost'),
      key('shade shade-noise', 'the machine was slow: noise'),
      key('shade shade-fault', 'a fault that the scenario made'),
    ),
  );
}

/** Shown by the page's script. */
function controls(): Markup {
  return h(
    'div',
    { class: 'controls', hidden: true },
    h('button', { type: 'button', 'data-zoom': 'in', 'aria-label': 'Zoom in' }, '+'),
    h('button', { type: 'button', 'data-zoom': 'out', 'aria-label': 'Zoom out' }, '−'),
    h('button', { type: 'button', 'data-zoom': 'left', 'aria-label': 'Earlier' }, '←'),
    h('button', { type: 'button', 'data-zoom': 'right', 'aria-label': 'Later' }, '→'),
    h('button', { type: 'button', 'data-zoom': 'reset' }, 'Whole run'),
    h('output', { class: 'window', 'aria-live': 'polite' }),
    h(
      'span',
      { class: 'hint hint-mouse' },
      'Drag to zoom in, double-click for the whole run; Ctrl + wheel, or the keys + − ← → 0.',
    ),
    h(
      'span',
      { class: 'hint hint-touch' },
      'Tap for the values, pinch to zoom, swipe sideways to move.',
    ),
  );
}

function chart(timeline: Timeline): Markup {
  const frame = frameOf(PAGE_WIDTH, timeline.from, timeline.to);
  return h(
    'div',
    {
      class: 'chart',
      tabindex: '0',
      role: 'group',
      'aria-label': 'Timeline of the run; the tables below say the same in words',
    },
    h('div', { class: 'axis-holder' }, drawAxis(timeline, frame)),
    ...groupsOf(timeline).map((group) =>
      h(
        'figure',
        { 'data-figure': group.id },
        h(
          'figcaption',
          {},
          h('span', { class: 'group-title' }, titleOf(group, timeline)),
          legend(LEGENDS[group.id] ?? []),
        ),
        drawGroup(group, timeline, frame),
      ),
    ),
    h('div', { class: 'axis-holder axis-foot' }, drawAxis(timeline, frame)),
    h('div', { class: 'cross-hair', hidden: true }),
    h('div', { class: 'selection', hidden: true }),
  );
}

function legend(entries: readonly (readonly [string, string])[]): readonly Markup[] {
  return entries.map(([kind, text]) => key(kind, text));
}

function key(kind: string, text: string): Markup {
  return h(
    'span',
    { class: 'key' },
    h('svg', { viewBox: '0 0 22 12', class: 'swatch', 'aria-hidden': 'true' }, swatch(kind)),
    text,
  );
}

function swatch(kind: string): Markup {
  if (kind === 'lost-key') return h('path', { d: 'M7.5 2.5l7 7m0 -7l-7 7', class: 'lost' });
  if (kind === 'finding-key') {
    return h('path', { d: 'M11 1l5 10h-10z', class: 'finding finding-error' });
  }
  if (kind === 'balancer-key') {
    return h(
      'g',
      {},
      ...['up', 'drain', 'down'].map((state, index) =>
        h('rect', { x: index * 7.5, y: 4, width: 7, height: 4, class: `balancer-${state}` }),
      ),
    );
  }
  if (kind === 'dropped-key') return h('path', { d: 'M6 3v6M11 3v6M16 3v6', class: 'dropped' });
  if (kind === 'median-key') return h('path', { d: 'M0 6H22', class: 'median' });
  if (kind === 'slowest-key') return h('path', { d: 'M4 6h0M11 6h0M18 6h0', class: 'slowest' });
  return h('rect', { x: 0.5, y: 1, width: 21, height: 10, class: kind });
}

/** Patterns that fill several lanes; they are distinguishable without colours. */
export function patterns(): Markup {
  const stripes = (id: string, angle: number, size: number, line: number): Markup =>
    h(
      'pattern',
      {
        id,
        width: size,
        height: size,
        patternUnits: 'userSpaceOnUse',
        patternTransform: `rotate(${angle})`,
      },
      h('rect', { width: size, height: size, class: `${id}-ground` }),
      h('line', { x1: 0, y1: 0, x2: 0, y2: size, class: `${id}-line`, 'stroke-width': line }),
    );
  return h(
    'svg',
    { width: 0, height: 0, class: 'patterns', 'aria-hidden': 'true' },
    h(
      'defs',
      {},
      stripes('stopping', 45, 7, 5),
      stripes('starting', -45, 7, 5),
      stripes('noise', 45, 6, 2),
      stripes('halt', -45, 8, 4),
    ),
  );
}
