import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { isMeant } from '../../../src/cli/verbs/lab/containers-named.ts';
import { swappedAway } from '../../../src/runs/follow/saved-logs.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

test('a service’s name also selects its replacement, and no other service', (t) => {
  const engine = { names: ['node1/heat-engine'] };
  t.true(isMeant('node1/heat-engine', engine));
  t.true(isMeant('node1/heat-engine.next', engine));
  t.false(isMeant('node2/heat-engine', engine));
  t.false(isMeant('node1/heat-engine.2', engine));
  t.false(isMeant('node1/heat-engine', { names: ['node1/heat-engine.next'] }));
  const all = { names: [], service: 'heat-engine' };
  for (const name of ['node1/heat-engine', 'node1/heat-engine.next', 'node2/heat-engine.2.next']) {
    t.true(isMeant(name, all), name);
  }
  t.false(isMeant('node1/heat-api', all));
  t.false(isMeant('node2/heat-engine', { ...all, node: 'node1' }));
  t.true(isMeant('mysql', { names: ['mysql'] }));
});

test('the saved logs of services that a run swapped away are found by node, service and release', async (t) => {
  const folder = join(temporaryFolder(), 'logs');
  await mkdir(folder);
  for (const name of [
    'haproxy.log',
    'node1.heat-engine.2025.1.log',
    'node1.heat-engine.2026.1.log',
    'node1.heat-engine.2.2025.1.log',
    'node2.heat-engine.2025.1.log',
    'node2.heat-engine.next.2026.1.log',
  ]) {
    await writeFile(join(folder, name), '');
  }
  const kinds = ['heat-api', 'heat-engine'];
  const present = [
    { node: 'node1', service: 'heat-engine', series: '2026.1' },
    { node: 'node2', service: 'heat-engine.next', series: '2026.1' },
  ];
  const saved = await swappedAway(folder, kinds, present);
  t.deepEqual(
    saved.map(({ name, series }) => `${name} ${series}`),
    ['node1/heat-engine.2 2025.1', 'node1/heat-engine 2025.1', 'node2/heat-engine 2025.1'],
  );
});
