import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { Lab } from '../../src/index.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const directory = temporaryFolder();
const run = fileURLToPath(new URL('../../lab/scripts/rolling-upgrade.sh', import.meta.url));

test('2025.1 → 2026.1: a script rolls the lab, each of its calls is a step, and what it did is judged', async (t) => {
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
});
