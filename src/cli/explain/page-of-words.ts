import { join } from 'node:path';
import { MIB, readText } from '../../files/read.ts';
import { DOCS } from '../pages.ts';

/** A word of the page, in the form of every other word: `lost-request`. */
interface Word {
  readonly word: string;
  readonly text: string;
}

/**
 * The words that docs/words.md explains. A row may have several: `base, target`.
 *
 * @throws RollgateError `broken-installation`.
 */
export async function wordsOfPage(): Promise<readonly Word[]> {
  const page = await readText(join(DOCS, 'words.md'), {
    what: 'page of words',
    code: 'broken-installation',
    kind: 'harness',
    limitBytes: MIB,
  });
  const plain = page.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll(/[*`]/g, '');
  // Rows of two columns: the page's last table has three, for words that are explained before it.
  return [...plain.matchAll(/^\| ([^|]+?) \| ([^|]+?) \|$/gm)]
    .filter(([, names]) => names !== 'word')
    .flatMap(([, names = '', text = '']) =>
      names.split(', ').map((name) => ({ word: asWord(name), text })),
    );
}

/** A word as `rollgate explain` compares it. */
export function asWord(written: string): string {
  return written.trim().toLowerCase().replaceAll(/\s+/g, '-');
}
