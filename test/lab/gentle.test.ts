import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { judge, readRun } from '../../src/index.ts';
import { packageVersion } from '../../src/package-version.ts';
import { installConsumer } from '../package/consumer.ts';

const UPGRADE = `
import test from 'ava';
import { assertVerdict, sharedRun } from 'rollgate/ava';

const run = sharedRun({
  series: '2025.1',
  to: '2026.1',
  choreography: 'gentle',
  seed: 1,
  durations: { baselineSeconds: 8, mixedSeconds: 2, afterSeconds: 2 },
  load: { workload: { rate: 0.2 }, stuckAfterSeconds: 15 },
  directory: 'runs/gentle',
});

test('nothing is lost', (t) => {
  assertVerdict(t, run.value).proves('supports-upgrade').loses({ requests: 0, stacks: 0 });
});
`;

// The packed package in another project, as its users have it.
test('2025.1 → 2026.1 by gentle, under the AVA of another project: no request is lost, and no stack is stranded', async (t) => {
  t.timeout(8 * 60_000);
  const project = await installConsumer(process.execPath, ['ava@7']);
  t.teardown(() => rm(project.folder, { recursive: true, force: true }));
  // A commit of the project's own, which rollgate must not take for its own.
  const author = ['-c', 'user.name=a', '-c', 'user.email=a@example.org'];
  for (const args of [['init'], [...author, 'commit', '--allow-empty', '--message', 'one']]) {
    t.is((await project.run('git', args)).exitCode, 0);
  }
  await project.write('upgrade.test.js', UPGRADE);
  const { exitCode, stdout, stderr } = await project.run('ava', []);
  t.is(exitCode, 0, `${stdout}\n${stderr}`);
  t.regex(stdout, /1 test passed/);

  const directory = join(project.folder, 'runs/gentle');
  const { api, stacks, causes, steps, tags, ended } = judge(await readRun(directory));
  const titles = causes.map(({ title, count, unit }) => `${count} ${unit}: ${title}`);
  t.log(JSON.stringify({ requests: api.requests, failed: api.failed, stacks, titles }));
  t.is(ended, 'completed');
  t.is(api.failed, 0);
  t.true(api.requests > 300);
  t.like(stacks, { stuck: 0, failed: 0, lost: 0, completed: stacks.accepted });
  t.true(stacks.accepted >= 5);
  t.is(tags['supports-upgrade'].status, 'proven');
  const done = steps.filter(({ status }) => status === 'done').length;
  t.is(done, steps.length);
  const environment: unknown = JSON.parse(
    await readFile(join(directory, 'environment.json'), 'utf8'),
  );
  t.like(environment, { rollgate: packageVersion() });
});
