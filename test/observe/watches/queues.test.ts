import test from 'ava';
import type { Queue } from '../../../src/infra/rabbitmq.ts';
import { backlogOf, watchQueues } from '../../../src/observe/watches/queues.ts';
import { observed } from '../observed.ts';

function queue(name: string, consumers: number, ready = 0, unacknowledged = 0): Queue {
  return { name, ready, unacknowledged, consumers };
}

const isIdle = (name: string): boolean => name.startsWith('reply_');

test('the backlog counts the messages that wait in work queues', (t) => {
  const work = queue('engine', 2, 3, 1);
  t.deepEqual(backlogOf([work, queue('engine_worker', 2), queue('reply_1', 1, 7)], isIdle), {
    ready: 3,
    unacknowledged: 1,
    busy: [work],
  });
});

test('a vhost’s queues are reported when they change, and at the stop those without a consumer', async (t) => {
  const run = observed();
  const looks = [
    [queue('engine', 2), queue('engine.gone', 1), queue('reply_1', 1)],
    [queue('engine', 2), queue('engine.gone', 1), queue('reply_1', 0)],
    [queue('engine', 1, 1), queue('engine.gone', 0), queue('reply_1', 0)],
  ];
  const watching = watchQueues({
    ...run,
    isIdle,
    isReply: isIdle,
    broker: { vhosts: async () => ['heat'], queues: async () => looks.shift() ?? [] },
  });
  await run.clock.advance(2000);
  await watching.stop();
  const sampled = { type: 'queue-sampled' as const, vhost: 'heat' };
  t.deepEqual(run.events, [
    { ...sampled, at: 0, ready: 0, unacknowledged: 0, busy: [], consumers: 3, unserved: [] },
    {
      ...sampled,
      at: 2000,
      ready: 1,
      unacknowledged: 0,
      busy: [{ queue: 'engine', ready: 1, unacknowledged: 0, consumers: 1 }],
      consumers: 1,
      unserved: ['engine.gone'],
    },
    {
      type: 'queues-left',
      at: 2000,
      vhost: 'heat',
      queues: [
        { queue: 'engine.gone', ready: 0, unacknowledged: 0, consumers: 0 },
        { queue: 'reply_1', ready: 0, unacknowledged: 0, consumers: 0 },
      ],
    },
  ]);
});

test('a reply queue is reported when a second consumer reads it, and when that consumer has gone', async (t) => {
  const run = observed();
  const looks = [
    [queue('engine', 2), queue('reply_1', 1)],
    [queue('engine', 2), queue('reply_1', 2)],
    [queue('engine', 2), queue('reply_1', 2)],
    [queue('engine', 2), queue('reply_1', 1)],
  ];
  const watching = watchQueues({
    ...run,
    isIdle,
    isReply: isIdle,
    broker: { vhosts: async () => ['heat'], queues: async () => looks.shift() ?? [] },
  });
  await run.clock.advance(3000);
  await watching.stop();
  const shared = run.events.filter(({ type }) => type === 'reply-queue-shared');
  t.deepEqual(shared, [
    { type: 'reply-queue-shared', at: 1000, vhost: 'heat', queue: 'reply_1', consumers: 2 },
    { type: 'reply-queue-shared', at: 3000, vhost: 'heat', queue: 'reply_1', consumers: 1 },
  ]);
});
