import { writeFile } from 'node:fs/promises';
import { renderCli } from './reference/cli.ts';
import { renderErrors } from './reference/errors.ts';
import { renderReference } from './reference/render.ts';
import { renderScenario } from './reference/scenario.ts';

const PAGES = {
  'cli.md': await renderCli(),
  'errors.md': renderErrors(),
  'library-reference.md': renderReference(),
  'scenario.md': await renderScenario(),
};

for (const [page, text] of Object.entries(PAGES)) {
  await writeFile(new URL(`./${page}`, import.meta.url), text);
}
