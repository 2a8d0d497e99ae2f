import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { Lab } from '../../src/index.ts';
import { ensureProgram } from '../ensure-program.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const directory = temporaryFolder();
const inLab = (path: string): string =>
  fileURLToPath(new URL(`../../lab/${path}`, import.meta.url));
const run = inLab('scripts/rolling-upgrade.sh');

test.serial(
  '2025.1 → 2026.1: a script rolls the lab, each of its calls is a step, and what it did is judged',
  async (t) => {
    await using lab = await Lab.start({ series: '2025.1', topology: '2x2' });
    const result = await lab.upgrade({
      to: '2026.1',
      choreography: 'script',
      script: { run },
      seed: 1,
      // So long that a stack is made before the script begins: of such the verdict asks.
      durations: { baselineSeconds: 12, mixedSeconds: 1, afterSeconds: 1 },
      load: { workload: { rate: 0.2 } },
      checkpoints: { mixed: [{ check: 'burst', stacks: 3 }] },
      require: ['supports-rolling-upgrade'],
      directory: join(directory, 'script'),
    });
    const { verdict } = result;
    t.is(verdict.outcome, 'passed', verdict.reasons.join('\n'));
    const [script, ...calls] = verdict.steps.filter(({ stage }) => stage === 'script');
    t.regex(script?.name ?? '', /^run rolling-upgrade\.sh/);
    t.is(calls.filter(({ name }) => name.startsWith('swap ')).length, 4);
    t.true(calls.every(({ id, status }) => id.startsWith(`${script?.id}.`) && status === 'done'));
    t.is(verdict.checks[0]?.status, 'passed');
    // It saw what its calls did.
    const output = await readFile(
      join(result.directory, 'logs/script/2.1-rolling-upgrade.sh.log'),
      'utf8',
    );
    t.deepEqual(
      output.trim().split('\n'),
      calls.map(({ id, name }) => `${id} ${name}`),
    );
  },
);

test.serial(
  '2025.1 → 2026.1: a playbook rolls the lab, and each of its tasks is a step, on its node',
  async (t) => {
    await ensureProgram('/usr/bin/ansible-playbook', 'ansible-core');
    const { verdict } = await Lab.run({
      series: '2025.1',
      to: '2026.1',
      topology: '2x2',
      choreography: 'script',
      script: { run: inLab('ansible/upgrade-heat.sh'), limitSeconds: 900 },
      require: ['supports-rolling-upgrade'],
      directory: join(directory, 'ansible'),
    });
    t.is(verdict.outcome, 'passed', verdict.reasons.join('\n'));
    const { steps, api, durationSeconds } = verdict;
    t.log(`${api.failed} of ${api.requests} requests lost, ${durationSeconds.toFixed(0)} s`);
    t.log(steps.map(({ id, name, seconds }) => `${id} ${name}: ${seconds?.toFixed(1)} s`));
    const names = steps.map(({ name }) => name);
    for (const node of ['node1', 'node2']) {
      for (const task of ['Take the API out of the load balancer', 'Replace the container']) {
        t.true(names.includes(`heat_upgrade : ${task} on ${node}-heat-api`), `${task} on ${node}`);
      }
      t.true(
        names.includes(
          `heat_upgrade : Read the version in the new container on ${node}-heat-engine`,
        ),
      );
    }
    // The calls of the tasks are steps too, and losses are attributed to those.
    t.is(names.filter((name) => name.startsWith('swap ')).length, 4);
  },
);
