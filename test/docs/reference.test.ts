import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { renderCli } from '../../docs/reference/cli.ts';
import { renderErrors } from '../../docs/reference/errors.ts';
import { ROOT } from '../../docs/reference/public-api.ts';
import { renderScenario, undescribedKeys } from '../../docs/reference/scenario.ts';

test('the page of the command line is up to date with the help: npm run docs:reference', async (t) => {
  t.is(await readFile(join(ROOT, 'docs/cli.md'), 'utf8'), await renderCli());
});

test('the page of the command line has the help of every verb', async (t) => {
  const page = await renderCli();
  for (const verb of ['run', 'images build', 'node swap', 'completion']) {
    t.regex(page, new RegExp(`^Usage: rollgate ${verb} `, 'm'));
  }
});

test('the page of a scenario’s keys is up to date with the schema: npm run docs:reference', async (t) => {
  t.is(await readFile(join(ROOT, 'docs/scenario.md'), 'utf8'), await renderScenario());
});

test('the page of error codes is up to date with their explanations: npm run docs:reference', async (t) => {
  t.is(await readFile(join(ROOT, 'docs/errors.md'), 'utf8'), renderErrors());
});

test('every key of a scenario is described', async (t) => {
  t.deepEqual(await undescribedKeys(), []);
});

test('every link to a table of keys has a target', async (t) => {
  const page = await renderScenario();
  const anchors = [...page.matchAll(/^## `?(.+?)`?$/gm)].map(([, title = '']) =>
    title.toLowerCase().replaceAll(/[^a-z0-9-]/g, ''),
  );
  const links = [...page.matchAll(/\]\(#(.*?)\)/g)].map(([, anchor = '']) => anchor);
  t.true(links.length > 15);
  t.deepEqual(
    links.filter((link) => !anchors.includes(link)),
    [],
  );
});
