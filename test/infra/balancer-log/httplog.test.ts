import test from 'ava';
import { parseHttpLog } from '../../../src/infra/balancer-log/httplog.ts';

const ID = 'req-3a0b3c5e-7c1f-4d8e-9d3a-0123456789ab';

test('a line of option httplog names server, status and how the session ended', (t) => {
  const line =
    'Feb  6 12:14:14 localhost haproxy[14389]: 10.0.1.2:33317 [06/Feb/2009:12:14:14.655] ' +
    `heat-api~ heat_back/ctl1 10/0/30/-1/109 502 2750 - - SH-- 1/1/1/1/+2 0/0 {${ID}|curl} {} ` +
    '"GET /v1/p/stacks?marker=x HTTP/1.1"';
  t.deepEqual(parseHttpLog(line), {
    frontend: 'heat-api',
    server: 'ctl1/heat_back',
    status: 502,
    termination: 'SH',
    retries: 2,
    queueMs: 0,
    connectMs: 30,
    responseMs: -1,
    totalMs: 109,
    id: ID,
    request: 'GET /v1/p/stacks',
  });
});

test('without a server or a captured id, these fields are unknown', (t) => {
  const line =
    '10.0.1.2:33317 [06/Feb/2009:12:14:14.655] heat heat/<NOSRV> 0/-1/-1/-1/0 503 217 - - SC-- ' +
    '1/1/0/0/0 0/0 "GET / HTTP/1.1"';
  t.like(parseHttpLog(line), { server: null, status: 503, termination: 'SC', id: '' });
});

test('a line that is not about a request is ignored', (t) => {
  t.is(parseHttpLog('Server heat/ctl1 is DOWN, reason: Layer4 connection problem'), undefined);
  t.is(parseHttpLog('10.0.1.2:33317 [06/Feb/2009:12:14:14.655] in heat/ctl1 1/2/3'), undefined);
});
