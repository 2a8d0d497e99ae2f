import { plain, plainLines } from '../../text/plain.ts';

/** An invisible character between two others. */
const NOTHING = '&#8203;';

/**
 * GitHub looks for @mentions, #12, GH-12 and URLs in the text that is shown. It makes links and
 * notifications of them although every character is escaped.
 */
const REFERENCE = /@(?=\w)|#(?=\d)|\bGH-(?=\d)|:(?=\/\/)|\bwww(?=\.)/gi;
/** All of ASCII's punctuation except the characters without any meaning: `,`, `;`, `/`, `%`. */
const PUNCTUATION = /[!-$&-+\-.:<-@[-`{-~]/g;

/**
 * Text from outside on one line of GitHub's Markdown, in a table's cell too: nothing in it is
 * markup. As character references, which cannot take the place of any character that means
 * something.
 *
 * @see https://spec.commonmark.org/0.31.2/#entity-and-numeric-character-references
 */
export function markdown(text: string): string {
  return plain(text)
    .split(REFERENCE_ENDS)
    .map((part) => part.replaceAll(PUNCTUATION, reference))
    .join(NOTHING);
}

const REFERENCE_ENDS = new RegExp(`(?<=${REFERENCE.source})`, 'i');

/**
 * Text from outside as preformatted lines. It is HTML on one line, since an empty line would end
 * the block of HTML.
 */
export function preformatted(text: string): string {
  return `<pre>${plainLines(text).split('\n').map(markdown).join('&#10;')}</pre>`;
}

/** A row of a table; its cells are Markdown already. */
export function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** A table with its header. */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  return [row(header), row(header.map(() => '---')), ...rows.map(row)];
}

function reference(character: string): string {
  return `&#${character.codePointAt(0)};`;
}
