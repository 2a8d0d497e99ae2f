import { join } from 'node:path';
import test from 'ava';
import { Lab } from '../../src/index.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const directory = temporaryFolder();
/** The minimum number of requests of each probe. */
const LEAST: Readonly<Record<string, number>> = {
  agent: 60,
  'agent-cfn': 30,
  'agent-cfn-signal': 15,
  'agent-signal': 30,
};

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
  t.log(JSON.stringify(beside));
  const byProbe = Map.groupBy(beside, ({ probe }) => probe);
  t.deepEqual([...byProbe.keys()].toSorted(), Object.keys(LEAST));
  for (const { probe, requests, failed, disruptions } of beside) {
    t.true(requests >= (LEAST[probe] ?? 0), `${probe}: ${requests}`);
    t.true(failed < requests / 2, probe);
    t.true(
      disruptions.every(({ recovered }) => recovered),
      probe,
    );
  }
  // Of heat-api-cfn there is one: while it is swapped, nothing answers.
  t.true((byProbe.get('agent-cfn')?.[0]?.failed ?? 0) > 0);
});

test('the whole control plane stopped: no guest signals until it is back', async (t) => {
  const { verdict } = await Lab.run({
    series: '2025.1',
    to: '2026.1',
    topology: '1x1',
    choreography: 'cold',
    load: { agent: true, workload: { rate: 0.1 } },
    directory: join(directory, 'cold'),
  });
  const { beside = [] } = verdict;
  t.log(JSON.stringify(beside));
  t.deepEqual(beside.map(({ probe }) => probe).toSorted(), ['agent', 'agent-signal']);
  for (const { probe, disruptions } of beside) {
    const [longest] = disruptions.toSorted((one, other) => other.seconds - one.seconds);
    t.true((longest?.seconds ?? 0) > 3, probe);
    t.true(longest?.recovered, probe);
  }
});
