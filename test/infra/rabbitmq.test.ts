import test from 'ava';
import { Broker } from '../../src/infra/rabbitmq.ts';
import { drawSecrets } from '../../src/infra/secrets.ts';
import { httpServer } from '../load/scripted-server.ts';

test('a queue is listed with its messages and its consumers', async (t) => {
  const answers: Readonly<Record<string, unknown>> = {
    '/api/queues/heat': [
      { name: 'engine', messages_ready: 2, messages_unacknowledged: 1 },
      { name: 'engine.gone' },
    ],
    '/api/consumers/heat': [
      { queue: { name: 'engine', vhost: 'heat' } },
      { queue: { name: 'engine', vhost: 'heat' } },
    ],
  };
  await using server = await httpServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://broker');
    response.end(JSON.stringify(answers[pathname] ?? []));
  });
  const broker = new Broker(Number(new URL(server.origin).port), drawSecrets());
  t.deepEqual(await broker.queues('heat'), [
    { name: 'engine', ready: 2, unacknowledged: 1, consumers: 2 },
    { name: 'engine.gone', ready: 0, unacknowledged: 0, consumers: 0 },
  ]);
});
