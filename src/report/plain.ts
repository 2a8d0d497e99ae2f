import { stripVTControlCharacters } from 'node:util';

/**
 * Control characters (C0, DEL, C1), and those that reorder text or take no room on a line:
 * what comes from a log or from a body must not move the cursor or disguise its neighbours.
 */
// oxlint-disable-next-line no-control-regex -- to match control characters is its purpose
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+/g;

/** Text from outside as one printable line. */
export function plain(text: string): string {
  return stripVTControlCharacters(text).replaceAll(UNPRINTABLE, ' ').replaceAll(/ +/g, ' ').trim();
}
