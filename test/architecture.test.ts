import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { RUN_FOLDER } from '../src/run-folder.ts';
import { ALONE, filesOf, GROUPS } from './groups/group.ts';

const SOURCE = fileURLToPath(new URL('../src', import.meta.url));

/**
 * The rooms of src/, and the rooms that each may import from besides itself. The files at the top
 * of src/ are open to every room.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  text: [],
  files: [],
  events: ['files'],
  document: ['files'],
  release: ['files', 'document'],
  scenario: ['files', 'document', 'release'],
  plan: ['document', 'scenario', 'release'],
  preflight: ['events', 'document', 'scenario', 'release', 'plan'],
  verdict: ['events', 'scenario', 'release'],
  report: ['files', 'events', 'scenario', 'release', 'preflight', 'verdict'],
  containers: ['files', 'release'],
  infra: ['containers', 'scenario', 'plan'],
  load: ['events'],
  observe: ['files', 'events', 'document', 'scenario', 'containers', 'infra', 'load'],
  subject: [
    'events',
    'document',
    'scenario',
    'release',
    'plan',
    'preflight',
    'containers',
    'infra',
    'load',
  ],
  lab: [
    'files',
    'document',
    'scenario',
    'release',
    'plan',
    'containers',
    'infra',
    'observe',
    'subject',
  ],
  run: [
    'files',
    'events',
    'scenario',
    'release',
    'plan',
    'containers',
    'infra',
    'load',
    'observe',
    'subject',
    'lab',
  ],
  runs: [
    'files',
    'events',
    'document',
    'scenario',
    'release',
    'plan',
    'preflight',
    'verdict',
    'report',
    'containers',
    'infra',
    'observe',
    'subject',
    'lab',
    'run',
  ],
  serve: ['files', 'events', 'verdict', 'report', 'runs'],
  watch: [
    'files',
    'events',
    'document',
    'scenario',
    'release',
    'plan',
    'verdict',
    'report',
    'containers',
    'infra',
    'observe',
    'load',
    'subject',
    'run',
  ],
  api: [
    'events',
    'document',
    'scenario',
    'release',
    'plan',
    'verdict',
    'report',
    'containers',
    'infra',
    'load',
    'subject',
    'lab',
    'run',
    'runs',
  ],
  hunts: [
    'files',
    'events',
    'document',
    'scenario',
    'release',
    'plan',
    'verdict',
    'containers',
    'subject',
    'runs',
  ],
  cli: [
    'files',
    'events',
    'document',
    'scenario',
    'release',
    'plan',
    'preflight',
    'verdict',
    'report',
    'containers',
    'infra',
    'subject',
    'lab',
    'run',
    'runs',
    'serve',
    'watch',
    'hunts',
  ],
};

/** The room that every room may import, as it may the files of src/ itself. */
const GROUND = 'text';

/** Rooms whose results depend on their arguments alone. */
const PURE = ['plan', 'verdict', 'preflight'];

/** Rooms whose texts are about the objects of any subject. */
const NOUN_ROOMS = [
  ...PURE,
  'report',
  'run',
  'infra',
  'observe',
  'load',
  'containers',
  'release',
  'serve',
  'runs',
];

/** Text for people may name Heat as an example of a subject. */
const EXAMPLES =
  /--(config|file)|an option of the configuration|a file in the containers|description|Upgrades a real/;

/** Files that one folder may hold: more than a reader takes in at a glance are two ideas. */
const FILES_OF_A_FOLDER = 15;

/**
 * The functions of node:fs that read a file; an import of the whole module may read one as well.
 */
const READING =
  /\b(open|openSync|read|readSync|readFile|readFileSync|createReadStream)\b|^(?!type )[^{]/;

/** Files of src/ that read with node:fs themselves, and what: no user names it but what is followed. */
const OWN_READERS: Readonly<Record<string, string>> = {
  'cli/init/write.ts': 'templates/',
  'containers/docker/cgroup.ts': '/proc and /sys',
  'containers/host/debian-packages.ts': 'the output of apt-get, in a file of its own',
  'containers/host/dockerd.ts': 'the log of the engine that it started',
  'containers/host/process-identity.ts': '/proc',
  'containers/host/process-lock.ts': 'its own locks',
  'containers/host/stale-files.ts': 'the pid files of an engine that is gone',
  'containers/images/inputs.ts': 'images/, regular files alone',
  'containers/python-files.ts': 'programs of rollgate’s own',
  'containers/source/build-overlay.ts': 'images/overlay/, and an archive that it wrote',
  'containers/source/export-package.ts': 'images/overlay/, and a file that it wrote',
  'lab/compose/file.ts': 'lab/compose/',
  'observe/watches/machine.ts': '/proc/loadavg',
  'package-version.ts': 'package.json',
  'report/html/script.ts': 'scripts and styles of the page',
  'run/logs/batched-file.ts': 'a file that it wrote',
  'run/mark.ts': 'the marks of a watch or a script that runs',
  'runs/changed-code/changed-code.ts': 'programs of its own folder',
  'subject/heat/service/own-image.ts': 'images/own/ and images/heat/',
  'watch/sources/follow-file.ts':
    'a file that grows; it refuses what is no file, as files/read.ts does',
};

const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .sort();

/** The imports of a file, as they are written. */
async function specifiersOf(file: string): Promise<readonly string[]> {
  const text = await readFile(join(SOURCE, file), 'utf8');
  return [...text.matchAll(/(?:from|import|import\() ?'([^']+)'/g)].map(([, path = '']) => path);
}

/** The files of src/ that a file imports, relative to src/. */
async function importsOf(file: string): Promise<readonly string[]> {
  return (await specifiersOf(file))
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => relative(SOURCE, resolve(SOURCE, dirname(file), specifier)));
}

function roomOf(file: string): string | undefined {
  return file.includes('/') ? file.split('/')[0] : undefined;
}

test('every folder of src/ is a room', (t) => {
  const folders = new Set(files.flatMap((file) => roomOf(file) ?? []));
  t.deepEqual([...folders].sort(), Object.keys(MAY_IMPORT).sort());
});

test('a room imports only from the rooms that it is allowed to', async (t) => {
  for (const file of files) {
    const room = roomOf(file);
    if (room === undefined) continue;
    for (const imported of await importsOf(file)) {
      const other = roomOf(imported);
      t.true(
        other === undefined ||
          other === GROUND ||
          other === room ||
          MAY_IMPORT[room]?.includes(other),
        `src/${file} (${room}) imports src/${imported}`,
      );
    }
  }
});

test('rooms import in one direction: no room imports itself through others', (t) => {
  const above = (room: string, path: readonly string[]): void => {
    const circle = path.includes(room) ? [...path.slice(path.indexOf(room)), room] : [];
    t.deepEqual(circle, []);
    if (circle.length > 0) return;
    for (const other of MAY_IMPORT[room] ?? []) above(other, [...path, room]);
  };
  for (const room of Object.keys(MAY_IMPORT)) above(room, []);
});

test('plan, verdict and preflight touch no file, process or network', async (t) => {
  for (const file of files) {
    if (!PURE.includes(roomOf(file) ?? '')) continue;
    const specifiers = await specifiersOf(file);
    t.deepEqual(
      specifiers.filter(
        (specifier) =>
          (specifier.startsWith('node:') && !['node:path', 'node:crypto'].includes(specifier)) ||
          ['execa', 'undici', 'dockerode', 'mysql2', 'testcontainers'].includes(specifier),
      ),
      [],
      `src/${file}`,
    );
  }
});

test(`no folder of src/ holds more than ${FILES_OF_A_FOLDER} files`, (t) => {
  const counts = new Map<string, number>();
  for (const file of files) {
    counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
  }
  for (const [folder, count] of counts) {
    t.true(
      count <= FILES_OF_A_FOLDER,
      `src/${folder === '.' ? '' : folder} has ${count} files, and ${FILES_OF_A_FOLDER} may be in one folder. Move those that are one idea together into a folder of their own inside it, with git mv, e.g. src/plan/choreographies/parts/, and their tests likewise; then name it in ARCHITECTURE.md`,
    );
  }
});

test('ARCHITECTURE.md names each room of src/, and each folder within one', async (t) => {
  const text = await readFile(join(SOURCE, '../ARCHITECTURE.md'), 'utf8');
  const table = text.slice(text.indexOf('| room | job |'), text.indexOf('## Where to change what'));
  const rows = new Map(
    [...table.matchAll(/^\| `(\w+)\/` \| (.*)$/gm)].map(([, room = '', job = '']) => [room, job]),
  );
  t.deepEqual([...rows.keys()].sort(), Object.keys(MAY_IMPORT).sort());
  const folders = new Set(files.map((file) => dirname(file).split('/').slice(0, 2)).map(String));
  const unnamed = [...folders].filter((folder) => {
    const [room = '', inner] = folder.split(',');
    return inner !== undefined && !rows.get(room)?.includes(`${inner}/\``);
  });
  t.deepEqual(unnamed, []);
});

test('files that a user names are read only with files/read.ts', async (t) => {
  const readers: string[] = [];
  for (const file of files) {
    if (file === 'files/read.ts') continue;
    const text = await readFile(join(SOURCE, file), 'utf8');
    const imported = [...text.matchAll(/import (.*?) from 'node:fs(?:\/promises)?'/gs)];
    if (imported.some(([, names = '']) => READING.test(names))) readers.push(file);
  }
  t.deepEqual(readers, Object.keys(OWN_READERS).sort());
});

test('no file imports itself through others, not even a type', async (t) => {
  const imports = new Map<string, readonly string[]>();
  for (const file of files) imports.set(file, await importsOf(file));
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) {
      t.fail([...path.slice(path.indexOf(file)), file].join(' → '));
      return;
    }
    if (done.has(file)) return;
    for (const imported of imports.get(file) ?? []) visit(imported, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  t.pass();
});

test('src/run-folder.ts alone spells the names of a run folder’s files', async (t) => {
  const { logs, ...names } = RUN_FOLDER;
  const quoted = [...Object.values(names).map((name) => `'${name}'`), `, '${logs}')`];
  const spelled: string[] = [];
  for (const file of files) {
    if (file === 'run-folder.ts') continue;
    const text = await readFile(join(SOURCE, file), 'utf8');
    spelled.push(...quoted.filter((one) => text.includes(one)).map((one) => `src/${file}: ${one}`));
  }
  t.deepEqual(spelled, []);
});

test('the registry alone names a subject', async (t) => {
  for (const file of files) {
    // Examples of commands are for a person.
    if (roomOf(file) === 'subject' || file === 'cli/examples.ts') continue;
    const imports = await importsOf(file);
    t.deepEqual(
      imports.filter((imported) => /^subject\/(heat|ironic|designate)\//.test(imported)),
      [],
      `src/${file}`,
    );
    const code = (await readFile(join(SOURCE, file), 'utf8'))
      .replaceAll(/\/\*[\s\S]*?\*\//g, '')
      .split('\n')
      .filter((line) => !line.trim().startsWith('//') && !line.includes('e.g.'));
    t.deepEqual(
      code.filter((line) => /heat|ironic|designate/i.test(line) && !EXAMPLES.test(line)),
      [],
      `src/${file}`,
    );
  }
});

test('no text names the objects of one subject', async (t) => {
  for (const file of files) {
    if (!NOUN_ROOMS.includes(roomOf(file) ?? '')) continue;
    const code = (await readFile(join(SOURCE, file), 'utf8'))
      .replaceAll(/\/\*[\s\S]*?\*\//g, '')
      .replaceAll(/^ *\/\/.*$/gm, '');
    const texts = [...code.matchAll(/'[^'\n]*'|`[^`]*`/g)].map(([text]) =>
      text.replaceAll(/\$\{[^}]*\}/g, ''),
    );
    t.deepEqual(
      texts.filter((text) => text.includes(' ') && /\bstacks?\b/i.test(text)),
      [],
      `src/${file}: the noun of the subject's shape is what its users make`,
    );
  }
});

test('errors are recognised with isError: under Jest, Node’s errors are not instances of Error', async (t) => {
  for (const file of files) {
    if (file === 'errors.ts') continue;
    t.notRegex(await readFile(join(SOURCE, file), 'utf8'), /instanceof Error\b/, `src/${file}`);
  }
});

test('every unit test is in exactly one group, or has its own worker', (t) => {
  const grouped = Object.values(GROUPS).flatMap((patterns) => filesOf(patterns));
  const all = filesOf(['**/*.test.ts']).filter(
    (file) => !/^(groups|soak|browser|package|lab\/[^/]+$)/.test(file),
  );
  t.deepEqual([...grouped, ...filesOf(ALONE)].sort(), all);
});
