import { join } from 'node:path';
import test from 'ava';
import { runScenario } from '../../src/index.ts';
import { LIFECYCLE_KINDS } from '../../src/subject/heat/api/kinds.ts';
import { temporaryFolder } from '../temporary-folder.ts';

// Without `nested`, whose stops may wait for minutes: see test/lab/upgrade.test.ts.
const kinds = LIFECYCLE_KINDS.map(({ name }) => name).filter((name) => name !== 'nested');

test('restarts alone cost requests, with no version to blame, and prove no tag', async (t) => {
  const { verdict } = await runScenario({
    scenario: {
      name: 'control',
      base: '2025.1',
      target: '2025.1',
      choreography: 'shared-vhost',
      seed: 1,
      require: [],
      durations: { baselineSeconds: 12, mixedSeconds: 3, afterSeconds: 2 },
      load: { stuckAfterSeconds: 15, workload: { kinds } },
    },
    directory: join(temporaryFolder(), 'control'),
  });
  const { reasons, stacks, causes } = verdict;
  const titles = causes.map(({ title, count, unit }) => `${count} ${unit}: ${title}`);
  t.log(JSON.stringify({ reasons, stacks, titles }, null, 2));
  t.is(verdict.tags['supports-upgrade'].status, 'not-proven');
  t.is(verdict.tags['supports-rolling-upgrade'].status, 'not-proven');
  t.true(verdict.api.failed + stacks.stuck > 0);
  t.false(causes.some(({ kind }) => kind === 'work-refused-after-acknowledgement'));
});
