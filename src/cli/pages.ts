import { isAbsolute, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the pages of this installation are. */
export const DOCS = fileURLToPath(new URL('../../docs', import.meta.url));

/**
 * A text of rollgate with its pages where they are on this machine: `docs/matrix.md` in a checkout,
 * `node_modules/rollgate/docs/matrix.md` in a project that has the package.
 *
 * @param cwd Asked for only if the text names a page: a working directory may be gone.
 */
export function placePages(text: string, cwd = () => process.cwd(), docs = DOCS): string {
  return text.replaceAll(/(?<![\w./-])docs\/(?=[\w./-]*\.md\b)/g, () => {
    const near = relative(cwd(), docs);
    const isBelow = near !== '' && !isAbsolute(near) && !near.split(sep).includes('..');
    return join(isBelow ? near : docs, sep);
  });
}
