import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { Lab } from '../../src/index.ts';

const directory = await mkdtemp(join(tmpdir(), 'rollgate-test-'));
test.after.always(() => rm(directory, { recursive: true, force: true }));

test('2025.1 → 2026.1 by gentle: no request is lost, and no stack is stranded', async (t) => {
  await using lab = await Lab.start({ series: '2025.1', topology: '2x2', choreography: 'gentle' });
  const { verdict } = await lab.upgrade({
    to: '2026.1',
    seed: 1,
    durations: { baselineSeconds: 8, mixedSeconds: 2, afterSeconds: 2 },
    load: { workload: { rate: 0.2 }, stuckAfterSeconds: 15 },
    directory: join(directory, 'gentle'),
  });
  const { api, stacks, causes, steps, tags, ended } = verdict;
  t.log(JSON.stringify({ api, stacks, causes }));
  t.is(ended, 'completed');
  t.is(api.failed, 0);
  t.true(api.requests > 300);
  t.like(stacks, { stuck: 0, failed: 0, lost: 0, completed: stacks.accepted });
  t.true(stacks.accepted >= 5);
  t.is(tags['supports-upgrade'].status, 'proven');
  const done = steps.filter(({ status }) => status === 'done').length;
  t.is(done, steps.length);
});
