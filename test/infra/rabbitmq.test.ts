import test from 'ava';
import { Broker, rabbitmqSpec } from '../../src/infra/rabbitmq.ts';
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
  const broker = new Broker([Number(new URL(server.origin).port)], drawSecrets());
  t.deepEqual(await broker.queues('heat'), [
    { name: 'engine', ready: 2, unacknowledged: 1, consumers: 2 },
    { name: 'engine.gone', ready: 0, unacknowledged: 0, consumers: 0 },
  ]);
});

test('a server of a cluster answers while another is gone', async (t) => {
  const closed = await httpServer(() => undefined);
  await closed[Symbol.asyncDispose]();
  await using server = await httpServer((_, response) => {
    response.end(JSON.stringify([{ name: 'heat' }]));
  });
  const ports = [closed, server].map(({ origin }) => Number(new URL(origin).port));
  t.deepEqual(await new Broker(ports, drawSecrets()).vhosts(), ['heat']);
  await t.throwsAsync(new Broker(ports.slice(0, 1), drawSecrets()).vhosts());
});

test('a single server keeps its own node name, those of a cluster list each other', (t) => {
  const secrets = drawSecrets();
  const alone = rabbitmqSpec(secrets, 'heat', { server: 'rabbitmq', servers: ['rabbitmq'] });
  t.is(alone.command, undefined);
  t.notRegex(alone.files[0]?.content ?? '', /cluster/);
  const servers = ['rabbitmq-1', 'rabbitmq-2', 'rabbitmq-3'] as const;
  const second = rabbitmqSpec(secrets, 'heat', { server: 'rabbitmq-2', servers });
  t.deepEqual(second.environment, { RABBITMQ_NODENAME: 'rabbit@rabbitmq-2' });
  t.regex(second.files[0]?.content ?? '', /classic_config\.nodes\.3 = rabbit@rabbitmq-3\n/);
});
