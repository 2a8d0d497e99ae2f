import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { judge, Lab, readRun } from '../../src/index.ts';
import { BIN } from '../cli/rollgate.ts';
import { ensureProgram } from '../ensure-program.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const directory = temporaryFolder();
const inLab = (path: string): string =>
  fileURLToPath(new URL(`../../lab/${path}`, import.meta.url));

/** Upgrades a standing lab. The gate knows only its endpoint. */
async function drive(t: ExecutionContext, lab: Lab, name: string, driver: readonly string[]) {
  const bin = join(directory, 'rollgate');
  await writeFile(bin, `#!/bin/sh\nexec ${process.execPath} ${BIN} "$@"\n`);
  await chmod(bin, 0o755);
  const out = join(directory, name);
  const upgrade = ['--from', '2025.1', '--to', '2026.1', '--topology', '2x2'];
  const load = ['--rate', '20', '--stacks', '1', '--server-header', 'x-rollgate-server'];
  const options = ['--name', name, '--out', out, ...upgrade, ...load, '--patience', '60s'];
  const { exitCode, stderr } = await execa(
    process.execPath,
    [BIN, 'drive', ...options, ...driver, '--json'],
    {
      env: {
        ...(await lab.env()),
        CI: 'true',
        ROLLGATE_LAB: lab.name,
        PATH: `${directory}:${process.env['PATH']}`,
        ANSIBLE_CONFIG: inLab('ansible/ansible.cfg'),
      },
      reject: false,
    },
  );
  const verdict = judge(await readRun(out));
  t.is(exitCode, 0, stderr);
  t.log(
    `${verdict.api.failed} of ${verdict.api.requests} requests lost, ${verdict.durationSeconds.toFixed(0)} s`,
    verdict.steps.map(
      (step) => `${step.id} ${step.name}: ${step.status}, ${step.seconds?.toFixed(1)} s`,
    ),
  );
  return verdict;
}

async function versionsOf(lab: Lab): Promise<readonly string[]> {
  return [...new Set((await lab.services()).map(({ series }) => series))];
}

test.serial(
  'a command upgrades a running lab, step by step, as the gate asks for it',
  async (t) => {
    await using lab = await Lab.start({ series: '2025.1', topology: '2x2' });
    const command = ['--driver', 'command', '--command', inLab('scripts/step.sh')];
    const { steps, stacks } = await drive(t, lab, 'by-command', command);
    t.deepEqual(await versionsOf(lab), ['2026.1']);
    t.is(steps.filter(({ name }) => name.startsWith('swap ')).length, 4);
    t.true(steps.every(({ status }) => status === 'done'));
    t.is(stacks.stuck + stacks.lost + stacks.failed, 0);
  },
);

test.serial('ansible-playbook upgrades a running lab, with one run for each step', async (t) => {
  await ensureProgram('/usr/bin/ansible-playbook', 'ansible-core');
  await using lab = await Lab.start({ series: '2025.1', topology: '2x2' });
  const { steps } = await drive(t, lab, 'by-ansible', [
    '--driver',
    'ansible',
    '--playbook',
    inLab('ansible/step.yml'),
    '--inventory',
    inLab('ansible/inventory'),
    '--limit',
    '{node}-{service}',
  ]);
  t.deepEqual(await versionsOf(lab), ['2026.1']);
  t.is(steps.filter(({ name }) => name.startsWith('swap ')).length, 4);
});
