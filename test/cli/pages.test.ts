import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { ROOT } from '../../docs/reference/public-api.ts';
import { placePages } from '../../src/cli/pages.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { rollgate } from './rollgate.ts';

const text = 'docs/matrix.md has an example; see docs/findings/half-second-calls.md.';

test('in a checkout a page has its short name', (t) => {
  t.is(
    placePages(text, () => '/rollgate', '/rollgate/docs'),
    text,
  );
});

test('in a project that has the package, a page is named where it is', (t) => {
  t.is(
    placePages(text, () => '/project', '/project/node_modules/rollgate/docs'),
    'node_modules/rollgate/docs/matrix.md has an example; see node_modules/rollgate/docs/findings/half-second-calls.md.',
  );
  t.is(
    placePages('See docs/red.md.', () => '/project/test', '/project/node_modules/rollgate/docs'),
    'See /project/node_modules/rollgate/docs/red.md.',
  );
});

test('a path of the user stays as it is', (t) => {
  for (const path of ['my/docs/a.md', '/x/docs/a.md', 'docs/upgrade.yaml', './docs/a.md']) {
    t.is(
      placePages(path, () => '/project', '/elsewhere/docs'),
      path,
    );
  }
});

test('the hint of an error, an explanation and help name a page where it is', async (t) => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'wrong.yaml'), 'pairs: 1\n');
  for (const args of [
    ['explain', 'stuck'],
    ['help', 'matrix'],
    ['matrix', 'wrong.yaml'],
  ]) {
    const { stdout, stderr } = await rollgate(args, { cwd });
    t.regex(`${stdout}${stderr}`, new RegExp(`${ROOT}docs/[a-z]+\\.md`), args.join(' '));
  }
});
