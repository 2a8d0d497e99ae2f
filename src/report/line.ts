import { createColors } from 'picocolors';
import { plain } from '../plain.ts';

export type Style = 'good' | 'bad' | 'warn' | 'faint' | 'strong';

/** A piece of a line; text from outside is made printable when it is drawn. */
export interface Span {
  readonly text: string;
  readonly style?: Style;
}

/** Pieces side by side, without a space between them. */
export type Line = readonly Span[];

/** Draws lines for a terminal, each cut to a width in characters. */
export type Draw = (line: Line) => string;

export function createDraw(options: { readonly color: boolean; readonly width: number }): Draw {
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

/** Keeps the first `width` characters; the last is `…` if something is left out. */
function cut(line: Line, width: number): Line {
  const spans = line.map((span) => ({ ...span, characters: charactersOf(printable(span.text)) }));
  const total = spans.reduce((sum, { characters }) => sum + characters.length, 0);
  let left = total > width ? width - 1 : width;
  const kept: Span[] = [];
  for (const { characters, ...span } of spans) {
    kept.push({ ...span, text: characters.slice(0, left).join('') });
    left = Math.max(0, left - characters.length);
  }
  return total > width ? [...kept, { text: '…' }] : kept;
}

const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });

function charactersOf(text: string): readonly string[] {
  return [...GRAPHEMES.segment(text)].map(({ segment }) => segment);
}

/** Breaks text at spaces into lines of at most `width` characters. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of plain(text).split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (charactersOf(longer).length <= width) line = longer;
    else {
      if (line !== '') lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

/** Printable, with the outer spaces by which a line is laid out. */
function printable(text: string): string {
  const before = /^ */.exec(text)?.[0] ?? '';
  const after = /[^ ]( +)$/.exec(text)?.[1] ?? '';
  return before + plain(text) + after;
}

/** `1,204`, in the same way everywhere. */
export function number(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 stack`, `1,204 stacks`. */
export function counted(value: number, one: string): string {
  return `${number(value)} ${one}${value === 1 ? '' : 's'}`;
}
