import { Readable } from 'node:stream';
import test from 'ava';
import type { LogLine } from '../../../src/containers/port.ts';
import type { ServerState } from '../../../src/infra/balancer.ts';
import { emitUnusualRequests } from '../../../src/observe/logs/unusual-requests.ts';
import { watchBalancer } from '../../../src/observe/watches/balancer.ts';
import { observed } from '../observed.ts';

const EPOCH = Date.parse('2026-01-01T00:00:00Z');

test('a change of a server’s status is reported; a change of its sessions is not', async (t) => {
  const run = observed();
  const states: ServerState[] = [
    { status: 'UP', sessions: 0 },
    { status: 'UP', sessions: 5 },
    { status: 'DOWN', sessions: 1 },
  ];
  const watching = watchBalancer({
    ...run,
    servers: async () =>
      new Map([['node1/heat-api', states.shift() ?? { status: 'MAINT', sessions: 0 }]]),
  });
  await run.clock.advance(2000);
  await watching.stop();
  t.deepEqual(run.events, [
    sampled(0, { status: 'UP', sessions: 0 }),
    sampled(2000, { status: 'DOWN', sessions: 1 }),
  ]);
});

function sampled(at: number, state: ServerState) {
  return {
    type: 'balancer-sampled' as const,
    at,
    servers: [{ node: 'node1', service: 'heat-api', ...state }],
  };
}

/** As HAProxy 3.0 wrote it. */
function logged(changes: object): string {
  return JSON.stringify({
    frontend: 'heat-api',
    server: 'node1.heat-api',
    status: 200,
    termination: '--',
    retries: '0',
    queueMs: 0,
    connectMs: 1,
    responseMs: 20,
    totalMs: 21,
    bytes: 272,
    id: 'req-1',
    request: 'GET /v1/p/stacks?limit=20',
    ...changes,
  });
}

async function read(texts: readonly string[]) {
  const run = observed();
  const lines = texts.map((text, index): LogLine => ({
    time: new Date(EPOCH + index).toISOString(),
    text,
  }));
  const rest: string[] = [];
  for await (const { text } of emitUnusualRequests(Readable.from(lines), {
    ...run,
    epoch: EPOCH,
  })) {
    rest.push(text);
  }
  return { events: run.events, rest };
}

test('a request that ended normally is neither reported nor handed on', async (t) => {
  t.deepEqual(await read([logged({})]), { events: [], rest: [] });
});

test('a request that the balancer had to answer itself is reported with its id, server and end', async (t) => {
  const { events } = await read([logged({ status: 502, termination: 'SH', responseMs: -1 })]);
  t.deepEqual(events, [
    {
      type: 'balancer-logged',
      at: 0,
      frontend: 'heat-api',
      server: 'node1/heat-api',
      status: 502,
      termination: 'SH',
      retries: 0,
      queueMs: 0,
      connectMs: 1,
      responseMs: -1,
      totalMs: 21,
      id: 'req-1',
      request: 'GET /v1/p/stacks',
    },
  ]);
});

test('also reported: no server, a client that left, a connection tried again', async (t) => {
  const { events } = await read([
    logged({ status: 503, termination: 'SC', server: '<NOSRV>', retries: '+3', id: '-' }),
    logged({ termination: 'CD' }),
    logged({ retries: '+1' }),
  ]);
  t.deepEqual(
    events.flatMap((event) =>
      event.type === 'balancer-logged' ? [[event.server, event.id, event.retries]] : [],
    ),
    [
      [null, '', 3],
      ['node1/heat-api', 'req-1', 0],
      ['node1/heat-api', 'req-1', 1],
    ],
  );
});

test('lines about no request are handed on', async (t) => {
  const texts = ['[WARNING] Server heat-api/node1 is DOWN', '{"frontend":"heat-api","ser'];
  t.deepEqual(await read(texts), { events: [], rest: texts });
});
