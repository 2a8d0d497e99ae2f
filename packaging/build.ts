import { copyFile, glob, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SOURCE = join(ROOT, 'src');
const DIST = join(ROOT, 'dist');

/**
 * Builds `dist`, which the package contains instead of `src`, because Node strips no types in
 * `node_modules`. The folders are the same in both, so a path such as `../../lab` is valid in both.
 */
await rm(DIST, { recursive: true, force: true });
await execa('tsc', ['-p', 'tsconfig.build.json'], {
  cwd: ROOT,
  preferLocal: true,
  stdio: 'inherit',
});
await removeInnerDeclarations();
for await (const file of glob('**/*', { cwd: SOURCE, withFileTypes: true })) {
  if (file.isFile() && isAsset(file.name)) await copy(join(file.parentPath, file.name));
}
for (const what of ['scenario', 'topology']) {
  const { stdout } = await execa('node', ['bin/rollgate.js', 'schema', what], { cwd: ROOT });
  await writeFile(join(DIST, 'scenario', `${what}.schema.json`), `${stdout}\n`);
}

/**
 * Leaves the types that an entry of the package reaches. Rollgate's own inner types are most of the
 * files, and npm unpacks a tarball three times when it installs it by its path.
 */
async function removeInnerDeclarations(): Promise<void> {
  const reached = new Set<string>();
  const reach = async (file: string): Promise<void> => {
    if (reached.has(file)) return;
    reached.add(file);
    const text = await readFile(file, 'utf8');
    for (const [, path = ''] of text.matchAll(/(?:\bfrom |\bimport\()["'](\.[^"']+)\.ts["']/g)) {
      await reach(join(dirname(file), `${path}.d.ts`));
    }
  };
  for (const entry of ['index', 'ava', 'vitest', 'node-test']) {
    await reach(join(DIST, `${entry}.d.ts`));
  }
  for await (const file of glob(join(DIST, '**/*.d.ts'))) {
    if (!reached.has(file)) await rm(file);
  }
}

/**
 * Files that are read, not imported: schemas, styles, Python. JavaScript too: a report includes it
 * verbatim, so the package must contain the checkout's text and not the compiler's.
 */
function isAsset(name: string): boolean {
  return !name.endsWith('.ts') && name !== 'tsconfig.json' && !name.endsWith('.pyc');
}

async function copy(file: string): Promise<void> {
  const copied = join(DIST, file.slice(SOURCE.length));
  await mkdir(dirname(copied), { recursive: true });
  await copyFile(file, copied);
}
