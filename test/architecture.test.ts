import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { ALONE, filesOf, GROUPS } from './groups/group.ts';

const SOURCE = fileURLToPath(new URL('../src', import.meta.url));

/** The floors of src/, the lowest first; each may import from itself and those before it. */
const FLOORS = [
  'events',
  'scenario',
  'plan',
  'preflight',
  'engine',
  'infra',
  'load',
  'observe',
  'subject',
  'lab',
  'run',
  'verdict',
  'report',
  'gate',
  'cli',
];

const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .sort();

/** The files of src/ that a file imports, relative to src/. */
async function importsOf(file: string): Promise<readonly string[]> {
  const text = await readFile(join(SOURCE, file), 'utf8');
  return [...text.matchAll(/from '(\.[^']+)'/g)].map(([, path = '']) =>
    relative(SOURCE, resolve(SOURCE, dirname(file), path)),
  );
}

function floorOf(file: string): string | undefined {
  return file.includes('/') ? file.split('/')[0] : undefined;
}

test('every folder of src/ is a floor', (t) => {
  const folders = new Set(files.flatMap((file) => floorOf(file) ?? []));
  t.deepEqual(
    [...folders].filter((folder) => !FLOORS.includes(folder)),
    [],
  );
});

test('a floor imports only from those below it', async (t) => {
  for (const file of files) {
    const floor = floorOf(file);
    if (floor === undefined) continue;
    for (const imported of await importsOf(file)) {
      const other = floorOf(imported);
      t.true(
        other === undefined || FLOORS.indexOf(other) <= FLOORS.indexOf(floor),
        `src/${file} (${floor}) imports src/${imported}`,
      );
    }
  }
});

test('nothing outside the subject knows Heat but who composes it', async (t) => {
  for (const file of files) {
    const floor = floorOf(file);
    if (floor === undefined || ['subject', 'gate', 'cli'].includes(floor)) continue;
    const imports = await importsOf(file);
    t.deepEqual(
      imports.filter((imported) => imported.startsWith('subject/heat/')),
      [],
      `src/${file}`,
    );
  }
});

test('every unit test is in one group, or has a worker of its own', (t) => {
  const grouped = Object.values(GROUPS).flatMap((patterns) => filesOf(patterns));
  const all = filesOf(['**/*.test.ts']).filter(
    (file) => !/^(groups|soak|browser|lab\/[^/]+$)/.test(file),
  );
  t.deepEqual([...grouped, ...filesOf(ALONE)].sort(), all);
});
