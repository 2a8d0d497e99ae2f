import { createColors } from 'picocolors';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { plain } from '../text/plain.ts';

export type Style = 'good' | 'bad' | 'warn' | 'faint' | 'strong';

/** A piece of a line; text from outside is made printable when it is rendered. */
export interface Span {
  readonly text: string;
  readonly style?: Style;
}

/** Pieces side by side, without a space between them. */
export type Line = readonly Span[];

/** Renders lines for a terminal, each cut to a width in columns. */
export type DrawLine = (line: Line) => string;

export function createDraw(options: { readonly color: boolean; readonly width: number }): DrawLine {
  const colors = createColors(options.color);
  const paint: Readonly<Record<Style, (text: string) => string>> = {
    good: colors.green,
    bad: colors.red,
    warn: colors.yellow,
    faint: colors.dim,
    strong: colors.bold,
  };
  return (line) =>
    cut(line, options.width)
      .map(({ text, style }) => (style === undefined || text === '' ? text : paint[style](text)))
      .join('')
      .trimEnd();
}

/** Keeps the pieces that fit into `width` columns; the last is `…` if something is left out. */
function cut(line: Line, width: number): Line {
  const spans = line.map((span) => ({ ...span, text: printable(span.text) }));
  const total = spans.reduce((sum, { text }) => sum + stringWidth(text), 0);
  if (total <= width) return spans;
  let left = width - 1;
  const kept = spans.map((span): Span => {
    const text = fitting(span.text, left);
    left = text === span.text ? left - stringWidth(text) : 0;
    return { ...span, text };
  });
  return [...kept, { text: '…' }];
}

const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The beginning of a text that takes at most `width` columns, in whole characters. */
function fitting(text: string, width: number): string {
  let left = width;
  let kept = '';
  for (const { segment } of GRAPHEMES.segment(text)) {
    left -= stringWidth(segment);
    if (left < 0) break;
    kept += segment;
  }
  return kept;
}

/** Breaks text at spaces into lines of at most `width` columns. A longer word has its own line. */
export function wrap(text: string, width: number): readonly string[] {
  return wrapAnsi(plain(text), width).split('\n');
}

/** Text with spaces after it, so that it takes at least `width` columns. */
export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}

/** Printable, with the outer spaces that are part of the layout. */
function printable(text: string): string {
  const before = /^ */.exec(text)?.[0] ?? '';
  const after = /[^ ]( +)$/.exec(text)?.[1] ?? '';
  return before + plain(text) + after;
}
