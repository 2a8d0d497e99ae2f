import type { Line, Style } from '../../line.ts';

/** The first lines of a text; an ellipsis replaces the others. */
export function firstLines(lines: readonly string[], most: number): readonly string[] {
  return lines.length <= most ? lines : [...lines.slice(0, most - 1), `${lines[most - 1] ?? ''} …`];
}

/** A line above others. */
export function heading(text: string): Line {
  return [{ text, style: 'strong' }];
}

/** Columns of an entry's label. */
export const ABOUT_WIDTH = 8;

/** A line of the body: its label, and the run's figures. */
export function entry(about: string, text: string, style?: Style): Line {
  // A label that is too long for its column, e.g. `Bare metal nodes`, is still separated from the
  // text.
  const head = { text: `${about.padEnd(ABOUT_WIDTH - 1)} `, style: 'strong' } as const;
  return [head, style === undefined ? { text } : { text, style }];
}
