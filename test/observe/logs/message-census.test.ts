import test from 'ava';
import type { EventOf } from '../../../src/events/event.ts';
import type { RequestId } from '../../../src/events/fields.ts';
import { MessageCensus } from '../../../src/observe/logs/message-census.ts';
import { readTraced } from '../../../src/observe/watches/messages.ts';

const API = { node: 'node1', service: 'heat-api', version: '26.0.1' };
const ENGINE = { node: 'node2', service: 'heat-engine', version: '27.0.0' };
const OTHER = { node: 'node1', service: 'heat-engine', version: '27.0.0' };
const CALL = { id: 'm1', method: 'show_stack', topic: 'engine', call: true };

function census(): { readonly census: MessageCensus; readonly emitted: EventOf<'rpc-observed'>[] } {
  const emitted: EventOf<'rpc-observed'>[] = [];
  const one = new MessageCensus((event) => {
    if (event.type === 'rpc-observed') emitted.push(event);
  });
  return { census: one, emitted };
}

const ORDERS = [
  ['sent', 'received', 'traced'],
  ['traced', 'received', 'sent'],
  ['received', 'traced', 'sent'],
] as const;

for (const order of ORDERS) {
  test(`a message is counted in whatever order the logs are read: ${order.join(', ')}`, (t) => {
    const { census: one, emitted } = census();
    one.expect('req-1', 'GET stack');
    for (const what of order) {
      t.deepEqual(emitted, []);
      if (what === 'sent') one.sent('m1', API, 'req-1');
      else if (what === 'received') one.received('m1', ENGINE, 1200);
      else one.traced(CALL);
    }
    one.flush();
    t.deepEqual(emitted, [
      {
        type: 'rpc-observed',
        at: 1200,
        topic: 'engine',
        method: 'show_stack',
        kind: 'call',
        from: API,
        to: ENGINE,
        count: 1,
        operation: 'GET stack',
      },
    ]);
    one.flush();
    t.is(emitted.length, 1, 'what was emitted is not emitted again');
  });
}

test('every receiver of a fanout counts, and messages of one kind are counted together', (t) => {
  const { census: one, emitted } = census();
  for (const id of ['a', 'b']) {
    one.traced({ id, method: 'stop_stack', topic: 'engine_worker', call: false });
    one.sent(id, API, undefined);
    one.received(id, ENGINE, 10);
    one.received(id, OTHER, 20);
  }
  one.flush();
  t.deepEqual(
    emitted.map(({ to, count, kind, at }) => [to.node, count, kind, at]),
    [
      ['node2', 2, 'cast', 10],
      ['node1', 2, 'cast', 20],
    ],
  );
});

test('an event names the engines that took the calls of a lost request only, in whatever order the logs are read', (t) => {
  const emitted: string[] = [];
  const one = new MessageCensus((event) => {
    if (event.type !== 'call-taken') return;
    const { request, sender, node, service, method, at } = event;
    emitted.push([request, sender, `${node}/${service}`, method, at].join(' '));
  });
  const lost = (id: RequestId, outcome: 'served' | 'wrong-body'): void =>
    one.see({
      type: 'request',
      at: 30,
      id,
      probe: 'list',
      operation: 'GET stacks',
      connection: 'new',
      scheduledAt: 10,
      sentAt: 10,
      outcome,
    });
  for (const [index, request] of (['req-before', 'req-served', 'req-after'] as const).entries()) {
    if (request === 'req-before') lost(request, 'wrong-body');
    one.traced({ ...CALL, id: `m${index}` });
    one.sent(`m${index}`, API, request);
    one.received(`m${index}`, ENGINE, 20 + index);
    if (request === 'req-after') lost(request, 'wrong-body');
    if (request === 'req-served') lost(request, 'served');
  }
  t.deepEqual(emitted, [
    'req-before node1/heat-api node2/heat-engine show_stack 20',
    'req-after node1/heat-api node2/heat-engine show_stack 22',
  ]);
});

test('if an operation is stuck, the engine that took each operation of its kind is named', (t) => {
  const taken: string[] = [];
  const one = new MessageCensus((event) => {
    if (event.type === 'call-taken') taken.push(`${event.request} ${event.node}`);
  });
  const accept = (index: number, action: string): void => {
    const request = `req-${index}` as const;
    const operation = { operation: `s${index}/${action}`, action, object: `s${index}` };
    one.see({ type: 'operation-accepted', at: index, ...operation, sentAt: index, request });
    one.traced({ ...CALL, id: `m${index}` });
    one.sent(`m${index}`, API, request);
    one.received(`m${index}`, ENGINE, index);
  };
  accept(1, 'delete');
  accept(2, 'create');
  accept(3, 'delete');
  const settled = { type: 'operation-settled', at: 9, status: '', action: 'delete' } as const;
  one.see({ ...settled, operation: 's1/delete', object: 's1', outcome: 'completed' });
  t.deepEqual(taken, []);
  one.see({ ...settled, operation: 's3/delete', object: 's3', outcome: 'stuck' });
  t.deepEqual(taken, ['req-1 node2', 'req-3 node2']);
  accept(4, 'delete');
  accept(5, 'create');
  t.deepEqual(taken, ['req-1 node2', 'req-3 node2', 'req-4 node2']);
});

test('a message that no service received is not counted', (t) => {
  const { census: one, emitted } = census();
  one.traced(CALL);
  one.sent('m1', API, undefined);
  one.flush();
  t.deepEqual(emitted, []);
});

const message = (inner: object): string =>
  JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': JSON.stringify(inner) });

test('a traced call has the name that its sender logs, a cast its own', (t) => {
  t.deepEqual(readTraced(message({ method: 'x', _unique_id: 'u', _msg_id: 'm' }), 'engine'), {
    id: 'm',
    method: 'x',
    topic: 'engine',
    call: true,
  });
  t.deepEqual(readTraced(message({ method: 'x', _unique_id: 'u' }), 'engine_worker'), {
    id: 'u',
    method: 'x',
    topic: 'engine_worker',
    call: false,
  });
});

for (const [what, body] of [
  ['a reply', message({ result: 1, _unique_id: 'u' })],
  ['no JSON', 'x'],
  ['another library’s', '{}'],
] as const) {
  test(`a message that is neither call nor cast is ignored: ${what}`, (t) => {
    t.is(readTraced(body, 'engine'), undefined);
  });
}
