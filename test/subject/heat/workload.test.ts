import test from 'ava';
import type { RunEvent } from '../../../src/events/event.ts';
import { Database } from '../../../src/infra/mysql.ts';
import { Ledger } from '../../../src/load/ledger.ts';
import { HeatApi } from '../../../src/subject/heat/api.ts';
import { HeatWorkload } from '../../../src/subject/heat/workload.ts';
import { FakeContainerEngine } from '../../engine/fake-container-engine.ts';
import { FakeClock } from '../../load/fake-clock.ts';
import { planned } from '../../plan/planned.ts';
import { STACK_ID, scriptedClient, stackBody } from './scripted-client.ts';

test('a list that is never answered does not hide what the later ones say', async (t) => {
  const clock = new FakeClock();
  const events: RunEvent[] = [];
  const emit = (event: RunEvent): number => events.push(event);
  const now = (): number => clock.now();
  let lists = 0;
  const client = scriptedClient(({ operation }) => {
    if (operation === 'stack-create') return { status: 201, body: { stack: { id: STACK_ID } } };
    if (operation !== 'stack-list') return { status: 404 };
    lists += 1;
    if (lists === 2) return undefined;
    const status = lists < 3 ? 'CREATE_IN_PROGRESS' : 'CREATE_COMPLETE';
    return { status: 200, body: { stacks: [stackBody(status)] } };
  });
  const { load } = await planned({ load: { workload: { rate: 0.01 } } });
  const workload = new HeatWorkload(
    { database: new Database(new FakeContainerEngine(), 'mysql', 'heat') },
    new HeatApi(client, { id: 'token', projectId: 'project' }),
    { plan: load, seed: 1, ledger: new Ledger({ emit, now }), emit, now },
    clock,
    client,
  );
  workload.start();
  await clock.advance(5000);
  t.like(
    events.find((event) => event.type === 'operation-settled'),
    { outcome: 'completed', action: 'create', at: 2000 },
  );
});

test('a workload of no stacks sends nothing and is settled at once', async (t) => {
  const events: RunEvent[] = [];
  const emit = (event: RunEvent): number => events.push(event);
  const now = (): number => 0;
  const client = scriptedClient(() => ({ status: 200, body: { stacks: [] } }));
  const { load } = await planned({ load: { workload: { rate: 0 } } });
  const workload = new HeatWorkload(
    { database: new Database(new FakeContainerEngine(), 'mysql', 'heat') },
    new HeatApi(client, { id: 'token', projectId: 'project' }),
    { plan: load, seed: 1, ledger: new Ledger({ emit, now }), emit, now },
    new FakeClock(),
    client,
  );
  workload.start();
  await workload.settle(0, new AbortController().signal);
  t.deepEqual(events, []);
});
