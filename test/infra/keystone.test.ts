import test from 'ava';
import { waitFor } from '../../src/containers/wait.ts';
import { Keystone } from '../../src/infra/keystone.ts';
import { refusingOrigin, tcpServer } from '../load/scripted-server.ts';

const LOGIN = { user: 'demo', password: 'secret', project: 'demo' };

function keystoneAt(origin: string): Keystone {
  return new Keystone(Number(new URL(origin).port));
}

test('a Keystone that breaks the connection off, or does not listen, is no bug of rollgate', async (t) => {
  await using server = await tcpServer((socket) => socket.destroy());
  for (const origin of [server.origin, await refusingOrigin()]) {
    const error = await t.throwsAsync(keystoneAt(origin).token(LOGIN), {
      code: 'keystone-unreachable',
    });
    t.regex(error.message, /^Keystone, POST \/auth\/tokens: /);
    t.notRegex(error.message, /secret|fetch failed/);
  }
});

test('a wait for a service goes on while Keystone gives no answer', async (t) => {
  let broken = 3;
  await using server = await tcpServer((socket) => {
    broken -= 1;
    socket.destroy();
  });
  const keystone = keystoneAt(server.origin);
  const found = await waitFor({ what: 'the service', limitSeconds: 60, everyMs: 1 }, async () => {
    if (broken === 0) return { value: 'serves' };
    await keystone.token(LOGIN);
    return { notYet: 'no token' };
  });
  t.is(found, 'serves');
});
