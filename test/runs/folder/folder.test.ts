import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { RollgateError } from '../../../src/errors.ts';
import { readRun } from '../../../src/events/codec.ts';
import { drawSecrets } from '../../../src/infra/secrets.ts';
import { runStartedEvent } from '../../../src/run/run-started.ts';
import { checkRunFolder, RunFolder } from '../../../src/runs/folder/folder.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { planned } from '../../plan/planned.ts';

const parent = mkdtempSync(join(tmpdir(), 'rollgate-folder-'));
test.after.always(() => rm(parent, { recursive: true, force: true }));

test('looking at a missing folder creates nothing', async (t) => {
  await mkdir(join(parent, 'look'));
  await checkRunFolder(join(parent, 'look', 'runs', 'one'));
  t.deepEqual(await readdir(join(parent, 'look')), []);
});

test('a folder with a run is not overwritten', async (t) => {
  const directory = join(parent, 'taken');
  await mkdir(directory);
  await checkRunFolder(directory);
  await writeFile(join(directory, 'events.ndjson'), '');
  const error = await t.throwsAsync(checkRunFolder(directory), {
    instanceOf: RollgateError,
    code: 'run-folder-taken',
  });
  t.like(error, { kind: 'usage', message: `${directory} holds a run already` });
});

test('a folder that cannot be created is reported', async (t) => {
  await writeFile(join(parent, 'file'), '');
  await t.throwsAsync(checkRunFolder(join(parent, 'file', 'run')), {
    instanceOf: RollgateError,
    code: 'run-folder-unusable',
  });
});

test('a run that failed has an arrow at the step in its plan', async (t) => {
  const plan = await planned();
  const directory = join(parent, 'arrow');
  const folder = await RunFolder.create({ plan, directory, secrets: drawSecrets() });
  const time = new Date();
  folder.emit(runStartedEvent({ plan, lab: 'lab-1', time, engines: [] }));
  const error = { code: 'not-quiet', message: 'a queue was not empty', step: '8.1' };
  folder.emit({
    type: 'run-finished',
    at: 1,
    time: time.toISOString(),
    outcome: 'failed',
    error,
  });
  await folder.close();
  await folder.conclude();
  const text = await readFile(join(directory, 'plan.txt'), 'utf8');
  t.deepEqual(
    text.split('\n').flatMap((line) => /^─▶ .* ([\d.]+) check the queues/.exec(line)?.[1] ?? []),
    ['8.1'],
  );
});

for (const [aborted, ended, exitReason] of [
  [false, 'failed', /^not-ready: no MySQL\nits log$/],
  [true, 'aborted', /^The run was aborted\.$/],
] as const) {
  test(`a run whose lab did not come up is judged as ${ended}, and its events give the same verdict`, async (t) => {
    const directory = join(parent, ended);
    const folder = await RunFolder.create({
      plan: await planned(),
      directory,
      secrets: drawSecrets(),
    });
    const error = new RollgateError('not-ready', 'no MySQL', { detail: 'its log' });
    const startedAt = new Date();
    const { verdict } = await folder.concludeWithoutLab('lab-1', error, { startedAt, aborted });
    t.like(verdict, { outcome: 'error', ended, lab: 'lab-1' });
    t.regex(verdict.reasons.join(), exitReason);
    t.true(Object.values(verdict.tags).every(({ status }) => status === 'not-proven'));
    t.deepEqual((await readdir(directory)).sort(), [
      'events.ndjson',
      'junit.xml',
      'logs',
      'plan.txt',
      'report.html',
      'verdict.json',
    ]);
    t.deepEqual(judge(await readRun(directory)), verdict);
    t.notRegex(await readFile(join(directory, 'events.ndjson'), 'utf8'), /\n\n/);
  });
}

test('a full disk ends the run with this reason, and hides no verdict', async (t) => {
  const directory = join(parent, 'full');
  await mkdir(directory);
  await symlink('/dev/full', join(directory, 'events.ndjson'));
  const plan = await planned();
  const folder = await RunFolder.create({ plan, directory, secrets: drawSecrets() });
  const time = new Date();
  const broken = once(folder.broken, 'abort');
  folder.emit(runStartedEvent({ plan, lab: 'lab-1', time, engines: [] }));
  await broken;
  const { reason } = folder.broken;
  t.true(reason instanceof RollgateError);
  t.regex(String(reason.message), /^cannot write .*events\.ndjson: no space left on device$/);
  const error = { code: 'unwritable-file', message: String(reason.message) };
  const finished = { type: 'run-finished', at: 1, time: time.toISOString() } as const;
  folder.emit({ ...finished, outcome: 'failed', error });
  await t.throwsAsync(folder.close(), { code: 'unwritable-file' });
  const { verdict } = await folder.conclude();
  t.like(verdict, { outcome: 'error', ended: 'failed' });
  t.like(JSON.parse(await readFile(join(directory, 'verdict.json'), 'utf8')), { outcome: 'error' });
});
