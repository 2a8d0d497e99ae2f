import { writeFile } from 'node:fs/promises';
import { renderReference } from './reference/render.ts';

await writeFile(new URL('./library-reference.md', import.meta.url), renderReference());
