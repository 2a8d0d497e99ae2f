import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import test from 'ava';
import { ROOT } from '../../docs/reference/public-api.ts';
import { invoked } from '../cli/rollgate.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const PAGES = globSync(['*.md', 'docs/**/*.md'], { cwd: ROOT }).sort();

const textOf = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

/** A page without its code. */
const proseOf = (page: string): string => textOf(page).replaceAll(/^```[\s\S]*?^```/gm, '');

/** GitHub's anchors of a page's headings. */
function anchorsOf(page: string): readonly string[] {
  return [...proseOf(page).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}

function section(text: string, heading: string): string {
  return text.split(/^## /m).find((one) => one.startsWith(heading)) ?? '';
}

test('every link between pages leads to an existing file, and to an existing heading if it names one', (t) => {
  t.true(PAGES.length > 40);
  const broken = PAGES.flatMap((page) =>
    [...proseOf(page).matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].flatMap(
      ([link, path = '', anchor]) => {
        const target = path === '' ? join(ROOT, page) : resolve(ROOT, dirname(page), path);
        if (!existsSync(target)) return [`${page}: ${link}`];
        if (anchor === undefined || !target.endsWith('.md')) return [];
        return anchorsOf(relative(ROOT, target)).includes(anchor) ? [] : [`${page}: ${link}`];
      },
    ),
  );
  t.deepEqual(broken, []);
});

test('every path that ARCHITECTURE names exists', (t) => {
  const paths = [...textOf('ARCHITECTURE.md').matchAll(/`([^`\s]+)`/g)]
    .map(([, path = '']) => path)
    .filter((path) => /^(src|lab|docs|images|test|templates|packaging|compose)\/.+/.test(path))
    .filter((path) => !/NAME|\*/.test(path));
  t.true(paths.length > 80);
  t.deepEqual(
    paths.filter((path) => !existsSync(join(ROOT, path))),
    [],
  );
});

test('every deciding function that ARCHITECTURE names is in the file named beside it', (t) => {
  const rows = section(textOf('ARCHITECTURE.md'), 'Where is it decided?');
  const named = [...rows.matchAll(/`([\w.]+)` in `(src\/[^`]+)`/g)].map(
    ([, name = '', file = '']) => ({ name, file }),
  );
  t.true(named.length > 15);
  const missing = named.filter(({ name, file }) => {
    const last = name.split('.').at(-1) ?? '';
    return !new RegExp(String.raw`\b${last}\b`).test(textOf(file));
  });
  t.deepEqual(missing, []);
});

/** Commands in a page's code: `rollgate VERB ARGUMENT`. */
const commandsOf = (page: string, verb: string): readonly string[] =>
  [...textOf(page).matchAll(new RegExp(String.raw`rollgate ${verb} ([a-z][\w./-]*)`, 'g'))].map(
    ([, argument = '']) => argument,
  );

test('every scenario that a page runs by name is in lab/scenarios', (t) => {
  const named = PAGES.flatMap((page) =>
    ['run', 'plan'].flatMap((verb) => commandsOf(page, verb).map((name) => ({ page, name }))),
  ).filter(({ page, name }) => page !== 'CHANGELOG.md' && !/[./]/.test(name));
  t.true(named.length > 10);
  const known = new Set(
    globSync('lab/{,ironic/,designate/}scenarios/*.yaml', { cwd: ROOT }).map((file) =>
      basename(file, '.yaml'),
    ),
  );
  t.deepEqual(
    named.filter(({ name }) => !known.has(name)).map(({ page, name }) => `${page}: ${name}`),
    [],
  );
});

test('every scenario that a page shows in full can be planned unchanged', async (t) => {
  let planned = 0;
  for (const page of PAGES) {
    const folder = temporaryFolder();
    const blocks = [...textOf(page).matchAll(/^```yaml\n# (\S+\.yaml)\n([\s\S]*?)^```/gm)];
    for (const [, name = '', text = ''] of blocks) writeFileSync(join(folder, name), text);
    for (const [, name = '', text = ''] of blocks) {
      if (!/^target:/m.test(text)) continue;
      const { exitCode, stderr } = await invoked(['plan', join(folder, name)]);
      t.is(exitCode, 0, `${page}: ${name}: ${stderr}`);
      planned += 1;
    }
  }
  t.true(planned >= 2);
});

test('the jobs of a CI that docs/ci.md shows are those that rollgate init writes', (t) => {
  const templates = globSync('templates/{github,gitlab,zuul}/*.{yml,yaml}', { cwd: ROOT }).map(
    textOf,
  );
  const shown = [
    ...section(textOf('docs/ci.md'), 'What init writes').matchAll(/^```yaml\n([\s\S]*?)^```/gm),
  ];
  t.is(shown.length, 3);
  for (const [, text = ''] of shown) {
    t.true(
      templates.some((template) => template.includes(text)),
      text,
    );
  }
});
