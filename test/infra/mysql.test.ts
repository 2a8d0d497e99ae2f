import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { MysqlDatabase } from '../../src/infra/mysql.ts';

async function listen(t: ExecutionContext, server: Server): Promise<MysqlDatabase> {
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => sockets.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return new MysqlDatabase('heat', 'secret', () => port);
}

test('an abort ends the wait for a database that does not answer', async (t) => {
  const database = await listen(t, createServer());
  const stop = new AbortController();
  const asked = database.query('SELECT 1', stop.signal);
  stop.abort();
  await t.throwsAsync(asked, { code: 'database-query-failed', message: /^SELECT 1: .*abort/i });
});

test('a database that closes the connection is an error that names the request', async (t) => {
  const database = await listen(
    t,
    createServer((socket) => socket.end()),
  );
  await t.throwsAsync(database.query('SELECT 1'), {
    code: 'database-query-failed',
    message: /^SELECT 1: .*closed/i,
  });
});

test('a missing database is an error that names the request', async (t) => {
  await t.throwsAsync(new MysqlDatabase('heat', 'secret', () => 1).query('SELECT 1'), {
    code: 'database-query-failed',
    message: /^SELECT 1: .*ECONNREFUSED/,
  });
});
