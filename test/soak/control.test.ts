import { join } from 'node:path';
import test from 'ava';
import { runScenario } from '../../src/index.ts';
import { temporaryFolder } from '../temporary-folder.ts';

test('restarts alone cost requests, with no version to blame, and prove no tag', async (t) => {
  const { verdict } = await runScenario({
    scenario: 'control',
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
