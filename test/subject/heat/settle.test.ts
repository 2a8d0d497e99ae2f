import test from 'ava';
import type { EventOf, RunEvent } from '../../../src/events/event.ts';
import { Database } from '../../../src/infra/mysql.ts';
import { Ledger } from '../../../src/load/ledger.ts';
import { HeatApi } from '../../../src/subject/heat/api.ts';
import { StackLifecycle } from '../../../src/subject/heat/lifecycle.ts';
import { Settler } from '../../../src/subject/heat/settle.ts';
import { FakeContainerEngine } from '../../engine/fake-container-engine.ts';
import { STACK_ID, scriptedClient, stackBody, type Script } from './scripted-client.ts';

/** A database in which no stack has an event and no resource. */
class EmptyEngine extends FakeContainerEngine {
  override exec = () => Promise.resolve({ exitCode: 0, stdout: '', stderr: '' });
}

type Settled = EventOf<'operation-settled'>;

/** A stack whose create, or else delete, was accepted at 0, looked at when silent for too long. */
async function settledBy(
  show: Script,
  action: 'create' | 'delete' = 'create',
): Promise<Settled | undefined> {
  const events: RunEvent[] = [];
  const emit = (event: RunEvent): number => events.push(event);
  let time = 0;
  const now = (): number => time;
  const writes: Readonly<Record<string, ReturnType<Script>>> = {
    'stack-create': { status: 201, body: { stack: { id: STACK_ID } } },
    'stack-update': { status: 202 },
    'stack-delete': { status: 204 },
  };
  const client = scriptedClient((request) => writes[request.operation] ?? show(request));
  const api = new HeatApi(client, { id: 'token', projectId: 'project' });
  const lifecycle = new StackLifecycle({
    name: 'rollgate-1-0',
    plan: { updateAfterSwaps: false, deleteAfterSwaps: false },
    api,
    template: {},
    ledger: new Ledger({ emit, now }),
    emit,
    now,
    record: () => undefined,
    swapped: new Promise(() => undefined),
  });
  void lifecycle.run();
  await new Promise((resolve) => setImmediate(resolve));
  for (const before of action === 'delete' ? ['CREATE', 'UPDATE'] : []) {
    const status = `${before}_COMPLETE`;
    lifecycle.see({ id: STACK_ID, name: 'rollgate-1-0', status, reason: '' }, now());
    await new Promise((resolve) => setImmediate(resolve));
  }
  time = 60_000;
  const database = new Database(new EmptyEngine(), 'mysql', 'heat');
  const settler = new Settler({ database }, api, { stuckAfterMs: 20_000, quietSince: 0, now });
  await settler.look([lifecycle]);
  return events
    .filter((event) => event.type === 'operation-settled')
    .find((event) => event.action === action);
}

test('a silent stack that Heat shows as complete is complete, though no list has told it yet', async (t) => {
  const show = () => ({ status: 200, body: { stack: stackBody('CREATE_COMPLETE') } });
  t.like(await settledBy(show), { outcome: 'completed', status: 'CREATE_COMPLETE' });
});

test('one that Heat shows as failed has failed', async (t) => {
  const show = () => ({ status: 200, body: { stack: stackBody('CREATE_FAILED') } });
  t.like(await settledBy(show), { outcome: 'failed' });
});

test('one that Heat shows as in progress is stuck', async (t) => {
  const show = () => ({ status: 200, body: { stack: stackBody('CREATE_IN_PROGRESS') } });
  t.like(await settledBy(show), { outcome: 'stuck', status: 'CREATE_IN_PROGRESS' });
});

test('one that the API does not know is lost', async (t) => {
  t.like(await settledBy(() => ({ status: 404 })), { outcome: 'lost' });
});

test('one whose delete was accepted and that the API does not know any more is deleted', async (t) => {
  t.like(await settledBy(() => ({ status: 404 }), 'delete'), { outcome: 'completed' });
});

test('where the API cannot tell, nothing is settled', async (t) => {
  t.is(await settledBy(() => ({ status: 500 })), undefined);
});
