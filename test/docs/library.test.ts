import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { ENTRIES, examplesIn, publicThings, ROOT } from '../../docs/reference/public-api.ts';
import { renderReference } from '../../docs/reference/render.ts';

const PAGES = ['README.md', 'docs/library.md', 'docs/own-traffic.md'];

test('the reference is up to date with the docstrings: npm run docs:reference', async (t) => {
  t.is(await readFile(join(ROOT, 'docs/library-reference.md'), 'utf8'), renderReference());
});

test('every function and class that users import has a docstring with an example', (t) => {
  const all = ENTRIES.flatMap(([, file]) => publicThings(file));
  t.true(all.length > 40);
  const without = all
    .filter(({ kind }) => kind === 'function' || kind === 'class')
    .filter(({ doc }) => examplesIn(doc).length === 0)
    .map(({ name }) => name);
  t.deepEqual(without, []);
});

test('every public thing has a docstring, and so has each of its members', (t) => {
  const without = ENTRIES.flatMap(([, file]) => publicThings(file)).flatMap(
    ({ name, doc, members }) => [
      ...(doc === '' ? [name] : []),
      ...members
        .filter((member) => member.doc === '')
        .map(({ signature }) => `${name}: ${signature}`),
    ],
  );
  t.deepEqual([...new Set(without)], []);
});

test('every type that users write themselves has an example', (t) => {
  const written = ENTRIES.flatMap(([, file]) => publicThings(file)).filter(({ name }) =>
    /(Options|Input|Losses|Hook)$/.test(name),
  );
  t.true(written.length > 10);
  const without = written.filter(({ doc }) => examplesIn(doc).length === 0);
  t.deepEqual([...new Set(without.map(({ name }) => name))], []);
});

test('the code that is compiled against the package imports everything public', async (t) => {
  const texts = ['library.ts.txt', 'runners.ts.txt'].map((file) =>
    readFile(join(ROOT, 'test/package', file), 'utf8'),
  );
  const code = (await Promise.all(texts)).join('\n');
  const names = ENTRIES.flatMap(([, file]) => publicThings(file)).map(({ name }) => name);
  const missing = names.filter((name) => !new RegExp(`\\b${name}\\b`).test(code));
  t.deepEqual([...new Set(missing)], []);
});

test('the reference defines what the fixtures take: also a name that a module imports and exports', (t) => {
  const reference = renderReference();
  for (const [module] of ENTRIES.filter(([name]) => name !== 'rollgate')) {
    const own = reference.split(/^## /m).find((part) => part.startsWith(`\`${module}\``)) ?? '';
    for (const name of ['SharedRunOptions', 'FixtureOptions']) {
      t.regex(own, new RegExp(`^#### ${name}$`, 'm'), `${module}: ${name}`);
    }
  }
});

test('every example compiles', async (t) => {
  t.timeout(300_000);
  // Within the project, so that its packages are found.
  const folder = join(ROOT, 'node_modules/.cache/examples');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const docs = ENTRIES.flatMap(([, file]) => publicThings(file)).map(({ name, doc }) => [
    name,
    doc,
  ]);
  const pages = await Promise.all(
    PAGES.map(async (page) => [page, await readFile(join(ROOT, page), 'utf8')]),
  );
  let count = 0;
  for (const [name = '', text = ''] of [...docs, ...pages]) {
    for (const [index, code] of examplesIn(text).entries()) {
      const file = `${name.replaceAll(/\W/g, '-')}-${count}-${index}.ts`;
      await writeFile(join(folder, file), `${code}\nexport {};\n`);
      count += 1;
    }
  }
  t.true(count > 15);
  const paths = Object.fromEntries(ENTRIES.map(([module, file]) => [module, [join(ROOT, file)]]));
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: { paths, incremental: true, tsBuildInfoFile: '../examples.json' },
      include: ['*.ts'],
      exclude: [],
    }),
  );
  const { exitCode, stdout } = await execa('tsc', ['-p', folder], {
    cwd: ROOT,
    preferLocal: true,
    reject: false,
  });
  t.is(exitCode, 0, stdout);
});
