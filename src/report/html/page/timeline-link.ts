import { h, type Markup } from '../markup.ts';

/** Shows a time on the timeline. Milliseconds since the start of the run. */
export function timelineLink(from: number, to: number, text: string): Markup {
  return h('a', { href: '#timeline', 'data-show': `${Math.round(from)}-${Math.round(to)}` }, text);
}
