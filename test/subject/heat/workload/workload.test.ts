import test from 'ava';
import type { RunEvent } from '../../../../src/events/event.ts';
import { SERVER_HEADER } from '../../../../src/infra/haproxy.ts';
import type { HttpClient } from '../../../../src/load/http/http-client.ts';
import type { HttpResult, RequestSpec } from '../../../../src/load/http/request.ts';
import { Ledger } from '../../../../src/load/ledger.ts';
import { Standstill } from '../../../../src/load/standstill.ts';
import type { ServiceInstance } from '../../../../src/scenario/topology/topology.ts';
import { HeatApi } from '../../../../src/subject/heat/api/api.ts';
import { databaseRecords } from '../../../../src/subject/heat/database/stack-records.ts';
import { createSignaller } from '../../../../src/subject/heat/workload/lifecycle/signal.ts';
import { HeatWorkload } from '../../../../src/subject/heat/workload/workload.ts';
import type { Legacy, Link } from '../../../../src/subject/load.ts';
import { FakeClock } from '../../../load/fake-clock.ts';
import { planned } from '../../../plan/planned.ts';
import { EMPTY_DATABASE } from '../database/empty-database.ts';
import { createdBody, scriptedClient, stackBody } from './scripted-client.ts';

const instances = ['node1', 'node2'].map((node): ServiceInstance => ({
  node,
  kind: 'heat-api',
  service: 'heat-api',
  role: 'api',
}));

async function workloadOf(client: HttpClient, rate: number, link?: Link, once = false) {
  const clock = new FakeClock();
  const events: RunEvent[] = [];
  const emit = (event: RunEvent): number => events.push(event);
  const now = (): number => clock.now();
  const standstill = new Standstill(clock);
  const { load } = await planned({ load: { workload: { rate } } });
  const workload = new HeatWorkload({
    lab: { records: databaseRecords(EMPTY_DATABASE), instances },
    api: new HeatApi(client, { id: 'token', projectId: 'project' }),
    signaller: createSignaller({ api: client, cfn: undefined }),
    cfn: false,
    calls: once
      ? {
          calls: [],
          client,
          token: 'token',
          tokens: { reader: 'token', guest: 'token', admin: 'token' },
        }
      : undefined,
    context: {
      plan: load,
      seed: 1,
      versions: [],
      link,
      ledger: new Ledger({ emit, now }),
      emit,
      expect: () => undefined,
      now,
      standstill,
    },
    clock,
    connections: [client],
  });
  return { workload, clock, events, standstill };
}

const oneStack = (request: RequestSpec) => {
  const { operation } = request;
  if (operation === 'stack-create') return createdBody(request);
  return operation === 'stack-list' ? { status: 200, body: { stacks: [] } } : { status: 404 };
};

test('a list that is never answered does not hide the later ones', async (t) => {
  let lists = 0;
  const client = scriptedClient((request) => {
    if (request.operation !== 'stack-list') return oneStack(request);
    lists += 1;
    if (lists === 2) return undefined;
    const status = lists < 3 ? 'CREATE_IN_PROGRESS' : 'CREATE_COMPLETE';
    return { status: 200, body: { stacks: [stackBody(status)] } };
  });
  const { workload, clock, events } = await workloadOf(client, 0.01);
  workload.start();
  await clock.advance(6000);
  t.like(
    events.find((event) => event.type === 'operation-settled'),
    { outcome: 'completed', action: 'create', at: 5000 },
  );
});

test('a workload of no stacks sends nothing and is settled at once', async (t) => {
  const { workload, events } = await workloadOf(scriptedClient(oneStack), 0);
  workload.start();
  await workload.settle(0, new AbortController().signal);
  t.deepEqual(events, []);
});

/** A client whose last list is answered on request. */
function holdingLists() {
  const held = Promise.withResolvers<HttpResult>();
  const inner = scriptedClient(oneStack);
  const client: HttpClient = {
    ...inner,
    send: async (request) => {
      const result = await inner.send(request);
      return request.operation === 'stack-list'
        ? { ...(await held.promise), id: 'req-held' }
        : result;
    },
  };
  return { client, held };
}

const timedOut: HttpResult = {
  id: 'req-timed-out',
  operation: 'stack-list',
  connection: 'reused',
  outcome: 'timeout',
  headers: {},
  body: '',
  sentAt: 0,
  doneAt: 0,
};

test('a list that is unanswered when the load stops is waited for and recorded', async (t) => {
  const { client, held } = holdingLists();
  const { workload, clock, events } = await workloadOf(client, 0.01);
  workload.start();
  await clock.advance(1100);
  const stopped = workload.stop({ abandon: false });
  t.false(events.some((event) => event.type === 'request' && event.id === 'req-held'));
  held.resolve(timedOut);
  await stopped;
  t.true(events.some((event) => event.type === 'request' && event.outcome === 'timeout'));
});

test('requests of such a stack name their api only while the mixed state is held', async (t) => {
  const asked: string[] = [];
  const client = scriptedClient((request) => {
    if (request.operation !== 'stack-list') {
      asked.push(`${request.operation} ${request.headers?.[SERVER_HEADER] ?? 'any'}`);
    }
    return oneStack(request);
  });
  const { workload, clock } = await workloadOf(client, 0.01);
  const [first] = instances;
  if (first === undefined) return;
  const begin = async (): Promise<readonly string[]> => {
    asked.length = 0;
    workload.swapDone(first);
    await clock.advance(3000);
    return asked.filter((request) => request.startsWith('stack-create'));
  };
  workload.start();
  await clock.advance(100);
  t.deepEqual(await begin(), ['stack-create any', 'stack-create any']);
  const over = new AbortController();
  const crossing = workload.crossed([], over.signal);
  t.true((await begin()).every((request) => request === 'stack-create node1/heat-api'));
  over.abort();
  t.true((await begin()).every((request) => request === 'stack-create any'));
  await workload.stop({ abandon: true });
  await crossing;
});

test('after the swap of an api, stacks begin for the other to take over', async (t) => {
  const { workload, clock, events } = await workloadOf(scriptedClient(oneStack), 0.01);
  const [first, second] = instances;
  if (first === undefined || second === undefined) return;
  workload.start();
  await clock.advance(100);
  let crossed = false;
  workload.swapDone(first);
  const crossing = workload
    .crossed([], new AbortController().signal)
    .then(() => void (crossed = true));
  const made = (): number =>
    events.filter((event) => event.type === 'operation-accepted' && event.object.endsWith('-relay'))
      .length;
  await clock.advance(10_000);
  t.is(made(), 2);
  t.false(crossed, 'no stack has been reported as done');
  // Now none of the base is left.
  workload.swapDone(second);
  await clock.advance(10_000);
  t.is(made(), 2);
  await workload.stop({ abandon: true });
  await crossing;
  t.true(crossed);
});

test('an api that is rolled back and swapped again gets stacks with other names', async (t) => {
  const { workload, clock, events } = await workloadOf(scriptedClient(oneStack), 0.01);
  const [first] = instances;
  if (first === undefined) return;
  workload.start();
  for (const _ of ['to the target', 'back', 'to the target again']) {
    await clock.advance(100);
    workload.swapDone(first);
    await clock.advance(10_000);
  }
  const made = events.flatMap((event) =>
    event.type === 'operation-accepted' && event.object.endsWith('-relay') ? [event.object] : [],
  );
  t.true(made.length > 2);
  t.is(new Set(made).size, made.length);
});

test('no two stacks have the same name, even if an earlier run left some', async (t) => {
  const names: string[] = [];
  const client = scriptedClient((request) => {
    if (request.operation === 'stack-create') {
      names.push(/"stack_name":"([^"]*)"/.exec(request.body ?? '')?.[1] ?? '');
    }
    return oneStack(request);
  });
  let legacy: Legacy | undefined;
  for (const last of [false, true]) {
    const { workload, clock } = await workloadOf(client, 0.5, { legacy, last });
    const [first] = instances;
    if (first === undefined) return;
    workload.start();
    workload.swapDone(first);
    await clock.advance(10_000);
    legacy = workload.legacy;
  }
  t.true(names.length > 8);
  t.deepEqual(names, [...new Set(names)]);
});

test('a burst requests all stacks at once and follows each to its end, even if nothing else begins', async (t) => {
  let created = 0;
  const gone = new Set<string>();
  const inFlight: string[] = [];
  const client = scriptedClient((request) => {
    const { operation, path } = request;
    if (operation === 'stack-create') {
      created += 1;
      inFlight.push(`stack-${created}`);
      return created === 3 ? { status: 503 } : createdBody(request, `stack-${created}`);
    }
    if (operation === 'stack-delete') {
      gone.add(path.split('/').at(-1) ?? '');
      return { status: 204 };
    }
    const stacks = inFlight
      .filter((id) => !gone.has(id))
      .map((id) => ({ ...stackBody('CREATE_COMPLETE'), id }));
    return operation === 'stack-list' ? { status: 200, body: { stacks } } : { status: 404 };
  });
  const { workload, clock } = await workloadOf(client, 0);
  const limit = new AbortController();
  const bursting = workload.burst(3, limit.signal);
  await clock.advance(100);
  t.is(created, 3, 'no request waits for an answer');
  await clock.advance(4000);
  const { accepted, completed, others } = await bursting;
  t.deepEqual({ accepted, completed }, { accepted: 2, completed: 2 });
  t.deepEqual(
    others.map(({ status }) => status),
    ['not accepted'],
  );
});

test('no other stacks arrive while those of every kind begin once at the target', async (t) => {
  const names: string[] = [];
  const client = scriptedClient((request) => {
    if (request.operation === 'stack-list') {
      return { status: 200, body: { stacks: [stackBody('CREATE_COMPLETE')] } };
    }
    if (request.operation !== 'stack-create') return oneStack(request);
    names.push(/"stack_name":"([^"]*)"/.exec(request.body ?? '')?.[1] ?? '');
    // Only the first is created: it is held until its release.
    return names.at(-1)?.endsWith('-0-hold') === true ? createdBody(request) : { status: 503 };
  });
  const { workload, clock } = await workloadOf(client, 0.5, undefined, true);
  const arrived = (): number => names.filter((name) => /-1-\d+-/.test(name)).length;
  workload.start();
  await clock.advance(5900);
  t.is(arrived(), 3);
  const releasing = workload.release(new AbortController().signal);
  // The next would be due at 6 s. The pace of the release is half a second.
  await clock.advance(300);
  t.true(names.some((name) => name.includes('-e2-')));
  t.is(arrived(), 3);
  await clock.advance(1000);
  await releasing;
  await clock.advance(1000);
  t.is(arrived(), 4, 'after the release the load goes on');
  await workload.stop({ abandon: true });
});

test('while the load is paused nothing is requested; afterwards everything continues', async (t) => {
  const asked: string[] = [];
  const client = scriptedClient((request) => {
    asked.push(request.operation);
    if (request.operation !== 'stack-list') return oneStack(request);
    return { status: 200, body: { stacks: [stackBody('CREATE_COMPLETE')] } };
  });
  const { workload, clock, standstill } = await workloadOf(client, 0.01);
  workload.start();
  await clock.advance(500);
  standstill.begin();
  const before = [...asked];
  await clock.advance(200_000);
  t.deepEqual(asked, before);
  standstill.end();
  await clock.advance(1000);
  t.true(asked.length > before.length);
  t.is(asked.filter((operation) => operation === 'stack-create').length, 1);
});

test('a run that ends with a stuck stack says which check was left out for it', async (t) => {
  const client = scriptedClient((request) =>
    request.operation === 'stack-list' || request.operation === 'stack-show'
      ? { status: 200, body: { stacks: [stackBody('CREATE_IN_PROGRESS')] } }
      : oneStack(request),
  );
  const { workload, clock, events } = await workloadOf(client, 0.01);
  workload.start();
  await clock.advance(1000);
  const settled = workload.settle(0, new AbortController().signal);
  await clock.advance(200_000);
  await settled;
  t.true(events.some((event) => event.type === 'operation-settled' && event.outcome === 'stuck'));
  t.like(
    events.find((event) => event.type === 'integrity-left-out'),
    { check: 'nothing-orphaned' },
  );
});
