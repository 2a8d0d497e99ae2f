import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import actionValidator from '@action-validator/core';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { parse } from 'yaml';
import { z } from 'zod';
import { invoked, rollgate } from '../rollgate.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

async function project(t: ExecutionContext, files: Readonly<Record<string, string>> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'rollgate-init-'));
  t.teardown(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

const writtenSchema = z.array(z.object({ file: z.string(), state: z.string(), note: z.string() }));

async function init(folder: string, ...args: readonly string[]) {
  const { stdout, exitCode, stderr } = await invoked(['init', folder, '--json', ...args]);
  if (exitCode !== 0) throw new Error(stderr);
  return new Map(writtenSchema.parse(JSON.parse(stdout)).map((one) => [one.file, one]));
}

const detected = test.macro({
  title: (_, json: object, runner: string) => `${JSON.stringify(json)} is tested by ${runner}`,
  async exec(t, json: object, runner: string) {
    const folder = await project(t, { 'package.json': JSON.stringify(json) });
    await init(folder);
    const text = await readFile(join(folder, 'test/upgrade.test.mjs'), 'utf8');
    const imports = {
      ava: "from 'rollgate/ava'",
      vitest: "from 'rollgate/vitest'",
      'node-test': "from 'rollgate/node-test'",
      jest: 'beforeAll(async',
    }[runner];
    t.true(text.includes(imports ?? '?'), text);
  },
});

test(detected, {}, 'node-test');
test(detected, { devDependencies: { ava: '^7' } }, 'ava');
test(detected, { devDependencies: { vitest: '^5' } }, 'vitest');
test(detected, { dependencies: { jest: '30' } }, 'jest');
test(detected, { scripts: { test: 'vitest run' }, devDependencies: { ava: '7' } }, 'vitest');
test(detected, { scripts: { test: 'node --test' }, devDependencies: { ava: '7' } }, 'node-test');
test(detected, { scripts: { test: 'echo no test' } }, 'node-test');

test('the scenario can be planned in the folder where it was written', async (t) => {
  const folder = await project(t);
  t.is((await init(folder)).get('upgrade.yaml')?.state, 'written');
  const { exitCode, stderr } = await rollgate(['plan', 'upgrade.yaml'], { cwd: folder });
  t.is(exitCode, 0, stderr);
  const named = await rollgate(['plan', 'upgrade'], { cwd: folder });
  t.is(named.exitCode, 104);
  t.regex(named.stderr, /^error: there is no scenario upgrade\nhint: rollgate plan upgrade\.yaml$/);
});

test('a test that is kept, and is one for another runner, says so', async (t) => {
  const folder = await project(t);
  await init(folder);
  const written = await init(folder, '--runner', 'ava');
  t.like(written.get('test/upgrade.test.mjs'), {
    state: 'kept',
    note: 'a test for node:test; move it away, and init writes one for ava',
  });
});

test('nothing is overwritten, and for each existing file a hint says what to do', async (t) => {
  const before = {
    'upgrade.yaml': 'mine\n',
    'ava.config.js': 'export default {};\n',
    '.gitlab-ci.yml': 'mine: {}\n',
    '.gitignore': 'node_modules',
  };
  const folder = await project(t, before);
  const written = await init(folder, '--runner', 'ava', '--ci', 'gitlab');
  t.is(written.get('upgrade.yaml')?.state, 'kept');
  t.like(written.get('ava.config.js'), { state: 'kept', note: "add to it: timeout: '30m'" });
  t.like(written.get('.gitlab-ci.yml'), { state: 'kept' });
  t.is(written.get('.gitignore')?.state, 'added-to');
  for (const [name, text] of Object.entries(before)) {
    const now = await readFile(join(folder, name), 'utf8');
    if (name === '.gitignore') {
      t.is(now, `${text}\n# Large files of rollgate.\n/runs/\n/rollgate-images.tar\n`);
    } else t.is(now, text);
  }
  const again = await init(folder, '--runner', 'ava', '--ci', 'gitlab');
  t.deepEqual([...new Set([...again.values()].map(({ state }) => state))], ['kept']);
});

test('git sees neither packages, nor runs, nor images of a new project', async (t) => {
  const folder = await project(t);
  await init(folder);
  t.is(
    await readFile(join(folder, '.gitignore'), 'utf8'),
    '# Large files of rollgate.\n/node_modules/\n/runs/\n/rollgate-images.tar\n',
  );
});

test('a .gitignore gets only the lines that it lacks', async (t) => {
  const folder = await project(t, { '.gitignore': 'runs\n' });
  await init(folder);
  t.is(
    await readFile(join(folder, '.gitignore'), 'utf8'),
    'runs\n# Large files of rollgate.\n/rollgate-images.tar\n',
  );
});

test('a test runner that package.json configures gets no second configuration', async (t) => {
  const folder = await project(t, { 'package.json': '{ "ava": { "files": [] } }' });
  const written = await init(folder);
  t.false(written.has('ava.config.mjs'));
  t.is(written.get('package.json (ava)')?.state, 'kept');
});

test('a missing folder and an invalid package.json are refused', async (t) => {
  const folder = await project(t, { 'package.json': '{' });
  t.like(await invoked(['init', join(folder, 'nope')]), { exitCode: 104 });
  const { exitCode, stderr } = await invoked(['init', folder]);
  t.is(exitCode, 104);
  t.regex(stderr, /not a package\.json that npm takes/);
});

test('GitHub takes the workflow and the action', async (t) => {
  const folder = await project(t);
  await init(folder, '--ci', 'github');
  const read = (file: string) => readFile(join(folder, '.github', file), 'utf8');
  const workflow = await read('workflows/upgrade.yml');
  const action = await read('actions/rollgate/action.yml');
  t.deepEqual(actionValidator.validateWorkflow(workflow).errors, []);
  t.deepEqual(actionValidator.validateAction(action).errors, []);
  const wrong = workflow.replace('runs-on:', 'run-on:');
  t.not(actionValidator.validateWorkflow(wrong).errors.length, 0);
});

test('GitLab takes the job', async (t) => {
  const folder = await project(t);
  await init(folder, '--ci', 'gitlab');
  const git = (...args: readonly string[]) =>
    execa('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: folder });
  await git('init', '--quiet');
  await git('remote', 'add', 'origin', 'git@gitlab.com:a/b.git');
  await git('add', '.');
  await git('commit', '--quiet', '--message', 'all');
  const list = () =>
    execa('gitlab-ci-local', ['--list'], {
      cwd: folder,
      preferLocal: true,
      localDir: ROOT,
      reject: false,
    });
  const { exitCode, stdout, stderr } = await list();
  t.is(exitCode, 0, stderr);
  t.regex(stdout, /rolling-upgrade/);
  const file = join(folder, '.gitlab/upgrade.yml');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('when: always', 'when: sometimes'));
  await git('commit', '--quiet', '--all', '--message', 'wrong');
  t.not((await list()).exitCode, 0);
});

/** Zuul's documented attributes: https://zuul-ci.org/docs/zuul/latest/config/ */
const zuulSchema = z.array(
  z.union([
    z.strictObject({
      nodeset: z.strictObject({
        name: z.string(),
        nodes: z.array(z.strictObject({ name: z.string(), label: z.string() })).length(1),
      }),
    }),
    z.strictObject({
      job: z.strictObject({
        name: z.string(),
        parent: z.string(),
        description: z.string(),
        nodeset: z.string(),
        roles: z.array(z.strictObject({ zuul: z.string() })),
        'required-projects': z.array(z.string()),
        'pre-run': z.string(),
        run: z.string(),
        'post-run': z.string(),
        timeout: z.int(),
        vars: z.record(z.string(), z.unknown()),
      }),
    }),
    z.strictObject({ project: z.strictObject({ check: z.object({ jobs: z.array(z.string()) }) }) }),
  ]),
);

test('Zuul’s job names playbooks that were written, and they use the variables that it sets', async (t) => {
  const folder = await project(t);
  await init(folder, '--ci', 'zuul');
  const read = (file: string) => readFile(join(folder, file), 'utf8');
  const parts = zuulSchema.parse(parse(await read('.zuul.d/rolling-upgrade.yaml')));
  const job = parts.flatMap((part) => ('job' in part ? [part.job] : []))[0];
  t.truthy(job);
  const playbooks = [job?.['pre-run'], job?.run, job?.['post-run']].map((file) => read(file ?? ''));
  const texts = await Promise.all(playbooks);
  for (const text of texts) t.true(Array.isArray(parse(text)));
  const used = texts.join('\n').matchAll(/\{\{ (rollgate_\w+) \}\}/g);
  for (const [, name = ''] of used) t.true(name in (job?.vars ?? {}), name);
});

test('the job goes where Zuul reads it, beside existing jobs', async (t) => {
  const folder = await project(t, { '.zuul.yaml': '- project: {}\n' });
  const written = await init(folder, '--ci', 'zuul');
  t.like(written.get('.zuul.yaml'), { state: 'kept' });
  t.false(written.has('.zuul.d/rolling-upgrade.yaml'));
});

test('rollgate is never installed by its bare name, because no registry has it', async (t) => {
  const bare = await project(t, { 'package.json': '{"devDependencies":{"vitest":"5"}}' });
  const { stdout } = await invoked(['init', bare]);
  t.regex(stdout, /npm install --save-dev \.\/rollgate-\d+\.\d+\.\d+\.tgz$/m);
  t.notRegex(stdout, /npm install.* rollgate( |$)/m);
  const there = await project(t, { 'package.json': '{"devDependencies":{"rollgate":"file:x"}}' });
  t.notRegex((await invoked(['init', there])).stdout, /npm install/);
});
