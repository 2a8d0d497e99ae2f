import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { LAB_DIRECTORY } from '../../../src/document/lab-files.ts';
import { RunEventSchema, type EventOf } from '../../../src/events/event.ts';
import { MessageCensus } from '../../../src/observe/logs/message-census.ts';
import { readMessageLine, type MessagePatterns } from '../../../src/observe/logs/message-lines.ts';
import { Receiver } from '../../../src/observe/logs/message-receiver.ts';
import { MessageTrail, type MessageReader } from '../../../src/observe/logs/message-trail.ts';
import { parseSignatures } from '../../../src/observe/logs/signatures.ts';

const FILE = join(LAB_DIRECTORY, 'signatures', 'heat.yaml');
const START = Date.parse('2026-11-24T10:55:00Z');
const ENGINE = { node: 'node1', service: 'heat-engine', version: '26.0.1' };
const CFN = { node: 'node2', service: 'heat-api-cfn', version: '26.0.1' };
const API = { node: 'node2', service: 'heat-api', version: '26.0.1' };
const NEW = { image: 'heat:2026.1' };

function patterns(): MessagePatterns {
  const { messages } = parseSignatures(readFileSync(FILE, 'utf8'), FILE);
  if (messages === undefined) throw new Error('heat.yaml describes no messages');
  return messages;
}

const FOUND_AT = '/usr/lib/python3/dist-packages/oslo_messaging/_drivers/amqpdriver.py';
const DEBUG = 'DEBUG oslo_messaging._drivers.amqpdriver';

/** As oslo.messaging 16.1 (Heat 24) wrote them. */
const OF_24 = {
  call: `2026-11-24 10:55:22.678 8 ${DEBUG} [req-d2c3dade-8a5f-407f-9e92-ea5fed014fc6 req-e59ddbee-32a3-490b-84d7-1309054034d3 demo - - - - -] CALL msg_id: b5fc7088e3cf42ddac9960ead820f095 exchange 'heat' topic 'engine' _send ${FOUND_AT}:781`,
  callReceived: `2026-11-24 10:55:22.700 1 ${DEBUG} [-] received message msg_id: b5fc7088e3cf42ddac9960ead820f095 reply to reply_c215bc7d66f242a39fd1dfd67df147ad __call__ ${FOUND_AT}:391`,
  callTaken: `2026-11-24 10:55:22.704 1 ${DEBUG} [-] Poll the incoming message with unique_id: 8fe8c52fde0a439a9e92eaea5a0464c0 poll ${FOUND_AT}:417`,
  callAnswered: `2026-11-24 10:55:23.427 1 ${DEBUG} [None req-e59ddbee-32a3-490b-84d7-1309054034d3 - - - - - -] sending reply msg_id: b5fc7088e3cf42ddac9960ead820f095 reply queue: reply_c215bc7d66f242a39fd1dfd67df147ad time elapsed: 0.7245717910009262s _send_reply ${FOUND_AT}:189`,
  cast: `2026-11-24 10:55:23.978 1 ${DEBUG} [None req-e59ddbee-32a3-490b-84d7-1309054034d3 demo - - - - -] CAST unique_id: 066e4c7a5d1c4b89993e04f0ae6e9257 exchange 'heat' topic 'engine_worker' _send ${FOUND_AT}:781`,
  castReceived: `2026-11-24 10:55:27.482 1 ${DEBUG} [-] received message with unique_id: 066e4c7a5d1c4b89993e04f0ae6e9257 __call__ ${FOUND_AT}:395`,
  castTaken: `2026-11-24 10:55:23.988 1 ${DEBUG} [-] Poll the incoming message with unique_id: 066e4c7a5d1c4b89993e04f0ae6e9257 poll ${FOUND_AT}:417`,
};

/** As oslo.messaging 17.3 (Heat 26) wrote them. */
const OF_26 = {
  call: `2026-11-24 10:36:39.013 8 ${DEBUG} [req-5c73263d-3b71-4dc7-b7df-b2f039a82616 req-3dfc7d02-916e-4aaa-9f72-64259d5828b1 d8b815ceced94053bfeb7b30dda38b20 837ceed74ffc4280b60b9ce627ebb0c1 - - default default] CALL msg_id: 147a934eb1a4443d927dbc1c60a5215f exchange 'heat' topic 'engine' _send ${FOUND_AT}:775`,
  reply: `2026-11-24 10:36:39.068 8 ${DEBUG} [-] received reply msg_id: 147a934eb1a4443d927dbc1c60a5215f __call__ ${FOUND_AT}:594`,
  cast: `2026-11-24 10:36:56.224 9 ${DEBUG} [req-6a15bbd2-42b8-4787-af8a-4e55a183acdb req-695e7bfa-3bdc-47ab-a6e7-64401b23ba5c d8b815ceced94053bfeb7b30dda38b20 837ceed74ffc4280b60b9ce627ebb0c1 - - default default] CAST unique_id: db643b80e6db4bbdaa81c3a73241fc93 exchange 'heat' topic 'engine_worker' _send ${FOUND_AT}:775`,
  castReceived: `2026-11-24 10:36:57.767 10 ${DEBUG} [-] received message with unique_id: db643b80e6db4bbdaa81c3a73241fc93 __call__ ${FOUND_AT}:401`,
  expected: `2026-11-28 13:38:48.772 9 ${DEBUG} [req-3d33f9bb-9676-4591-9079-924287f9cbf0 req-1dd19022-7a66-44b4-a0b7-78cd904a5006 83a68445e86d440d90a016419fb7dee6 7f6ed438eb934a4692fa020308561faa - - default default] Expecting reply to msg 501805b9b92a4dc8be81bc4b9b3d7754 in queue reply_node1:uwsgi:1 _send ${FOUND_AT}:740`,
  expecting: `2026-11-28 13:38:48.773 9 ${DEBUG} [req-3d33f9bb-9676-4591-9079-924287f9cbf0 req-1dd19022-7a66-44b4-a0b7-78cd904a5006 83a68445e86d440d90a016419fb7dee6 7f6ed438eb934a4692fa020308561faa - - default default] CALL msg_id: 501805b9b92a4dc8be81bc4b9b3d7754 exchange 'heat' topic 'engine' _send ${FOUND_AT}:775`,
  unawaited:
    '2026-11-28 13:38:48.931 8 INFO oslo_messaging._drivers.amqpdriver [-] No calling threads waiting for msg_id : 501805b9b92a4dc8be81bc4b9b3d7754',
  running: `2026-11-24 10:36:54.767 10 ${DEBUG} [-] Listener is running poll ${FOUND_AT}:420`,
};

/** The logs of several services, merged in one order. Every line came 1 s after the one before. */
class Logs {
  readonly events: EventOf<'message-dropped'>[] = [];
  readonly replies: EventOf<'reply-misdelivered'>[] = [];
  readonly unanswered: EventOf<'call-unanswered'>[] = [];
  readonly census = new MessageCensus(() => undefined);
  readonly trail = new MessageTrail({
    patterns: patterns(),
    runStartedAt: START,
    census: this.census,
    emit: (event) => {
      const parsed = RunEventSchema.parse(event);
      if (parsed.type === 'message-dropped') this.events.push(parsed);
      if (parsed.type === 'reply-misdelivered') this.replies.push(parsed);
      if (parsed.type === 'call-unanswered') this.unanswered.push(parsed);
    },
  });
  readonly engine = this.trail.follow({ ...ENGINE, ...NEW });
  readonly api = this.trail.follow({ ...API, ...NEW });
  readonly cfn = this.trail.follow({ ...CFN, ...NEW });
  #at = START;

  say(reader: MessageReader, ...texts: readonly string[]): this {
    for (const text of texts) {
      this.#at += 1000;
      reader.line({ time: new Date(this.#at).toISOString(), text });
    }
    return this;
  }
}

test('a sent message is read with its topic and the ids of its request', (t) => {
  const read = (text: string): unknown => readMessageLine(text, patterns());
  t.deepEqual(read(OF_26.cast), {
    kind: 'sent',
    id: 'db643b80e6db4bbdaa81c3a73241fc93',
    topic: 'engine_worker',
    request: 'req-6a15bbd2-42b8-4787-af8a-4e55a183acdb',
    local: 'req-695e7bfa-3bdc-47ab-a6e7-64401b23ba5c',
  });
  const client = 'req-d2c3dade-8a5f-407f-9e92-ea5fed014fc6';
  const local = 'req-e59ddbee-32a3-490b-84d7-1309054034d3';
  t.like(read(OF_24.call), { kind: 'sent', topic: 'engine', request: client, local });
  t.like(read(OF_24.cast), { kind: 'sent', topic: 'engine_worker', request: undefined, local });
});

test('a message that was received and not taken up when its service ended was dropped', (t) => {
  const logs = new Logs();
  logs.say(logs.api, OF_26.cast).say(logs.engine, OF_26.castReceived, OF_26.running);
  t.deepEqual(logs.events, []);
  logs.engine.ended();
  t.deepEqual(logs.events, [
    {
      type: 'message-dropped',
      at: 2000,
      ...ENGINE,
      message: 'db643b80e6db4bbdaa81c3a73241fc93',
      sender: 'node2/heat-api',
      sentAt: 1000,
      topic: 'engine_worker',
      request: 'req-6a15bbd2-42b8-4787-af8a-4e55a183acdb',
      sample: OF_26.castReceived,
      avoidedBy: patterns().avoidedBy,
    },
  ]);
});

test('a message that was taken up was not dropped, nor a reply that was received', (t) => {
  const logs = new Logs();
  logs.say(logs.engine, OF_24.castReceived, OF_24.castTaken).say(logs.api, OF_26.reply);
  logs.engine.ended();
  logs.api.ended();
  logs.trail.close();
  t.deepEqual(logs.events, []);
});

const TRACED = { method: 'show_stack', topic: 'engine', call: true } as const;
const CALL = 'b5fc7088e3cf42ddac9960ead820f095';

test('a call that was taken up and not answered, to the end of its service or of the run', (t) => {
  for (const end of ['service', 'run']) {
    const logs = new Logs();
    logs.census.traced({ id: CALL, ...TRACED });
    logs
      .say(logs.api, OF_24.call)
      .say(logs.engine, OF_24.callReceived, OF_24.callTaken, OF_26.running);
    t.deepEqual(logs.unanswered, []);
    if (end === 'service') logs.engine.ended();
    logs.trail.close();
    t.deepEqual(logs.unanswered, [
      {
        type: 'call-unanswered',
        at: 2000,
        ...ENGINE,
        message: CALL,
        method: 'show_stack',
        sender: 'node2/heat-api',
        sentAt: 1000,
        topic: 'engine',
        request: 'req-d2c3dade-8a5f-407f-9e92-ea5fed014fc6',
        sample: OF_24.callReceived,
      },
    ]);
  }
});

test('an answered call is no unanswered one, nor is one that was not taken up', (t) => {
  const logs = new Logs();
  logs.say(logs.api, OF_24.call).say(logs.engine, OF_24.callReceived, OF_24.callTaken);
  logs.say(logs.engine, OF_24.callAnswered);
  logs.trail.close();
  const left = new Logs();
  left.say(left.api, OF_24.call).say(left.engine, OF_24.callReceived);
  left.engine.ended();
  t.deepEqual([...logs.unanswered, ...left.unanswered], []);
});

test('a message that a running service has received is not dropped', (t) => {
  const logs = new Logs();
  logs.say(logs.api, OF_26.cast).say(logs.engine, OF_26.castReceived);
  logs.trail.close();
  t.deepEqual(logs.events, []);
});

test('a call that was taken up and not answered was not dropped, one that was not taken up was', (t) => {
  const taken = new Logs();
  taken.say(taken.api, OF_24.call).say(taken.engine, OF_24.callReceived, OF_24.callTaken);
  taken.engine.ended();
  taken.trail.close();
  t.deepEqual(taken.events, []);

  const left = new Logs();
  left.say(left.api, OF_24.call).say(left.engine, OF_24.callReceived);
  left.engine.ended();
  t.like(left.events, [
    {
      message: 'b5fc7088e3cf42ddac9960ead820f095',
      topic: 'engine',
      request: 'req-d2c3dade-8a5f-407f-9e92-ea5fed014fc6',
    },
  ]);
});

test('the last calls without an answer were the dropped ones', (t) => {
  const logs = new Logs();
  const call = (id: string): string => OF_24.callReceived.replace(/msg_id: \w+/, `msg_id: ${id}`);
  logs.say(logs.engine, OF_24.callReceived, call('c2'), call('c3'), call('c4'));
  logs.say(logs.engine, OF_24.callTaken, OF_24.callTaken, OF_24.callAnswered);
  logs.engine.ended();
  logs.trail.close();
  t.deepEqual(
    logs.events.map(({ message }) => message),
    ['c3', 'c4'],
  );
});

test('an engine of 24 logs only heat-api’s id of a request; heat-api’s log has the client’s id', (t) => {
  const logs = new Logs();
  logs.say(logs.api, OF_24.call);
  logs.say(logs.trail.follow({ ...ENGINE, ...NEW, node: 'node2' }), OF_24.cast);
  logs.say(logs.engine, OF_24.castReceived).engine.ended();
  t.like(logs.events, [
    { sender: 'node2/heat-engine', request: 'req-d2c3dade-8a5f-407f-9e92-ea5fed014fc6' },
  ]);
});

test('the order in which logs are read does not matter', (t) => {
  const logs = new Logs();
  logs.say(logs.engine, OF_24.castReceived).engine.ended();
  t.deepEqual(logs.events, []);
  logs.say(logs.trail.follow({ ...ENGINE, ...NEW, node: 'node2' }), OF_24.cast);
  t.deepEqual(logs.events, []);
  logs.say(logs.api, OF_24.call);
  t.like(logs.events, [
    { sender: 'node2/heat-engine', request: 'req-d2c3dade-8a5f-407f-9e92-ea5fed014fc6' },
  ]);
  logs.trail.close();
  t.is(logs.events.length, 1);
});

test('a message without a known sender is reported when no more lines come', (t) => {
  const logs = new Logs();
  logs.say(logs.engine, OF_24.castReceived).engine.ended();
  logs.trail.close();
  t.like(logs.events, [{ message: '066e4c7a5d1c4b89993e04f0ae6e9257' }]);
  t.false('request' in (logs.events[0] ?? {}));
});

test('a refused message has its request by the last cast that another release sent', (t) => {
  const logs = new Logs();
  const old = logs.trail.follow({
    ...ENGINE,
    node: 'node2',
    version: '24.0.0',
    image: 'heat:2025.1',
  });
  const refusal =
    '2026-11-24 10:57:17.691 1 ERROR oslo_messaging.rpc.server [-] Exception during message handling: oslo_messaging.rpc.dispatcher.UnsupportedVersion: Endpoint does not support RPC version 1.9. Attempted method: check_resource';
  const finding = (at: number): EventOf<'log-finding'> => ({
    type: 'log-finding',
    at,
    node: 'node2',
    service: 'heat-engine',
    version: '24.0.0',
    signature: 'rpc-version-refused',
    title: '',
    severity: 'error',
    sample: refusal,
  });
  const taken = OF_24.castTaken.replace(/unique_id: \w+/, (found) =>
    found.replace(/\w+$/, 'db643b80e6db4bbdaa81c3a73241fc93'),
  );
  logs.say(logs.engine, OF_26.cast).say(old, OF_24.cast);
  logs.say(old, OF_26.castReceived, taken, OF_24.castReceived, OF_24.castTaken, refusal, refusal);
  t.is(old.named(finding(7000)).request, 'req-6a15bbd2-42b8-4787-af8a-4e55a183acdb');
  t.is(old.named(finding(8000)).request, undefined, 'the other was sent by its own release');
});

test('a refused call has no request: its line names an earlier request of the same thread', (t) => {
  const logs = new Logs();
  const old = logs.trail.follow({ ...ENGINE, node: 'node2', image: 'heat:2025.1' });
  const refusal =
    '2026-12-01 02:14:45.662 9 ERROR oslo_messaging.rpc.server [req-fe3effce-472e-4f73-a56d-3f3c5185f4e6 req-26c2bf24-4b1e-4876-983a-89dc5a38b657 7e4a61cc943b4857b5bc47744d87d16e 76ef5175d88743bcb96711ab0931f5f7 - - default default] Exception during message handling: oslo_messaging.rpc.dispatcher.UnsupportedVersion: Endpoint does not support RPC version 1.37. Attempted method: show_stack';
  const taken = OF_24.castTaken.replace(/unique_id: \w+/, (found) =>
    found.replace(/\w+$/, 'db643b80e6db4bbdaa81c3a73241fc93'),
  );
  logs.say(logs.engine, OF_26.cast).say(old, OF_26.castReceived, taken, refusal);
  const named = old.named({
    type: 'log-finding',
    at: 4000,
    node: 'node2',
    service: 'heat-engine',
    version: '26.0.1',
    signature: 'rpc-version-refused',
    title: '',
    severity: 'error',
    request: 'req-fe3effce-472e-4f73-a56d-3f3c5185f4e6',
    sample: refusal,
  });
  t.is(named.request, undefined);
});

test('a refused message from an unknown sender gives no event', (t) => {
  const received = new Receiver();
  const line = { time: '', text: '' };
  for (const id of ['known', 'unknown']) {
    received.hear({ kind: 'received', id, call: false }, line);
    received.hear({ kind: 'taken', id }, line);
  }
  t.is(
    received.refused((message) => (message === 'known' ? true : undefined)),
    undefined,
  );
  t.is(
    received.refused(() => true),
    'unknown',
  );
});

const MISDELIVERED = {
  type: 'reply-misdelivered',
  ...CFN,
  message: '501805b9b92a4dc8be81bc4b9b3d7754',
  caller: 'node2/heat-api',
  queue: 'reply_node1:uwsgi:1',
  topic: 'engine',
  request: 'req-3d33f9bb-9676-4591-9079-924287f9cbf0',
  sample: OF_26.unawaited,
} as const;

test('a reply that another service took is reported with its caller, its queue and its request', (t) => {
  const logs = new Logs();
  logs.say(logs.api, OF_26.expected, OF_26.expecting).say(logs.cfn, OF_26.unawaited);
  t.deepEqual(logs.replies, [{ ...MISDELIVERED, at: 3000, calledAt: 2000 }]);
});

test('the caller’s log may be read after the log of the service that took the reply', (t) => {
  const logs = new Logs();
  logs.say(logs.cfn, OF_26.unawaited).say(logs.api, OF_26.expected, OF_26.expecting);
  t.deepEqual(logs.replies, [{ ...MISDELIVERED, at: 1000, calledAt: 3000 }]);
});

test('a reply that came too late to its own caller was not misdelivered', (t) => {
  const logs = new Logs();
  logs.say(logs.api, OF_26.expected, OF_26.expecting, OF_26.unawaited);
  logs.trail.close();
  t.deepEqual(logs.replies, []);
});

test('a reply to a call that no log shows proves nothing', (t) => {
  const logs = new Logs();
  logs.say(logs.cfn, OF_26.unawaited);
  logs.trail.close();
  t.deepEqual(logs.replies, []);
});
