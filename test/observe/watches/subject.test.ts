import test from 'ava';
import { watchEngines } from '../../../src/observe/watches/engines.ts';
import { watchLocks } from '../../../src/observe/watches/locks.ts';
import { observed } from '../observed.ts';

test('the service list is reported when an engine came, went or changed', async (t) => {
  const run = observed();
  const up = { host: 'node1', engineId: 'a', status: 'up' as const, updatedAt: 1 };
  const looks = [[up], [{ ...up, updatedAt: 2 }], [{ ...up, status: 'down' as const }], []];
  const watching = watchEngines({ ...run, list: async () => looks.shift() ?? [] });
  await run.clock.advance(6000);
  await watching.stop();
  const engine = { host: 'node1', engineId: 'a' };
  t.deepEqual(run.events, [
    { type: 'engines-listed', at: 0, engines: [{ ...engine, status: 'up' }] },
    { type: 'engines-listed', at: 4000, engines: [{ ...engine, status: 'down' }] },
    { type: 'engines-listed', at: 6000, engines: [] },
  ]);
});

test('the locks of engines are reported when they change', async (t) => {
  const run = observed();
  const held = { locks: [{ object: 'stack', engineId: 'a' }], held: [{ engineId: 'a', count: 2 }] };
  const looks = [held, held];
  const watching = watchLocks({
    ...run,
    locks: async () => looks.shift() ?? { locks: [], held: [] },
  });
  await run.clock.advance(4000);
  await watching.stop();
  t.deepEqual(run.events, [
    { type: 'locks-sampled', at: 0, ...held },
    { type: 'locks-sampled', at: 4000, locks: [], held: [] },
  ]);
});
