import { stripVTControlCharacters } from 'node:util';

/**
 * Control characters (C0, DEL, C1), characters that reorder text or have no width, and
 * noncharacters. Text from a log or a body must not move the cursor, disguise its neighbours or
 * make a file illegal.
 */
const UNPRINTABLE =
  // oxlint-disable-next-line no-control-regex -- to match control characters is its purpose
  /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff]+/g;

/** Text from outside as one printable line. */
export function plain(text: string): string {
  return stripVTControlCharacters(text)
    .toWellFormed()
    .replaceAll(UNPRINTABLE, ' ')
    .replaceAll(/ +/g, ' ')
    .trim();
}

/** The same with its blanks, for a log with columns. */
export function printable(text: string): string {
  return stripVTControlCharacters(text.replaceAll('\t', '    '))
    .toWellFormed()
    .replaceAll(UNPRINTABLE, ' ');
}

/** Text from outside as printable lines. */
export function plainLines(text: string): string {
  return text
    .split(/\r\n|[\n\r\u0085\u2028\u2029]/)
    .map(plain)
    .join('\n');
}
