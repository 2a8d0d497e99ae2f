import { join } from 'node:path';
import test from 'ava';
import { Lab } from '../../src/index.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const directory = temporaryFolder();

test('2026.1 → 2026.2: a guest’s agent gets its instructions over both APIs while they are swapped', async (t) => {
  const { verdict } = await Lab.run({
    series: '2026.1',
    to: '2026.2',
    topology: '2x2-cfn',
    choreography: 'guide',
    // Else heat-api-cfn refuses every guest: docs/data-plane.md.
    config: { oslo_policy: { enforce_new_defaults: 'false' } },
    load: { agent: true, workload: { rate: 0.1 } },
    directory: join(directory, 'agent'),
  });
  const { beside = [] } = verdict;
  t.log(beside);
  t.deepEqual(
    beside.map(({ probe }) => probe),
    ['agent', 'agent-cfn'],
  );
  for (const { requests, failed, disruptions } of beside) {
    t.true(requests > 60);
    t.true(failed < requests / 2);
    t.true(disruptions.every(({ recovered }) => recovered));
  }
  // Of heat-api-cfn there is one: while it is swapped, nothing answers.
  t.true((beside[1]?.failed ?? 0) > 0);
});
