import { copyFile, glob, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SOURCE = join(ROOT, 'src');
const DIST = join(ROOT, 'dist');

/**
 * Builds `dist`, which the package holds instead of `src`: Node strips no types in `node_modules`.
 * The folders are the same in both, so a path such as `../../lab` holds in both as well.
 */
await rm(DIST, { recursive: true, force: true });
await execa('tsc', ['-p', 'tsconfig.build.json'], {
  cwd: ROOT,
  preferLocal: true,
  stdio: 'inherit',
});
for await (const file of glob('**/*', { cwd: SOURCE, withFileTypes: true })) {
  if (file.isFile() && isAsset(file.name)) await copy(join(file.parentPath, file.name));
}
for (const what of ['scenario', 'topology']) {
  const { stdout } = await execa('node', ['bin/rollgate.js', 'schema', what], { cwd: ROOT });
  await writeFile(join(DIST, 'scenario', `${what}.schema.json`), `${stdout}\n`);
}

/**
 * What is read as a file and not imported: schemas, styles, Python. JavaScript too: a report quotes
 * it as it is written, so the package must hold the checkout's text and not the compiler's.
 */
function isAsset(name: string): boolean {
  return !name.endsWith('.ts') && name !== 'tsconfig.json' && !name.endsWith('.pyc');
}

async function copy(file: string): Promise<void> {
  const copied = join(DIST, file.slice(SOURCE.length));
  await mkdir(dirname(copied), { recursive: true });
  await copyFile(file, copied);
  // Of the compiler's JavaScript, which was there until now.
  await rm(`${copied}.map`, { force: true });
}
