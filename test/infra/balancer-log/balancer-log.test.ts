import test from 'ava';
import { parseBalancerLine } from '../../../src/infra/balancer-log/balancer-log.ts';

test('a frontend with TLS has the name of its service', (t) => {
  const line =
    '{"frontend":"heat-api~","server":"node2.heat-api","status":502,"termination":"SH","retries":"0",' +
    '"queueMs":0,"connectMs":1,"responseMs":-1,"totalMs":57,"bytes":305,' +
    '"id":"req-b9634f46-89e3-4055-ad1a-3f1b3b4ea98f","request":"GET \\/v1\\/p\\/stacks?limit=1"}';
  t.like(parseBalancerLine(line), {
    frontend: 'heat-api',
    server: 'node2/heat-api',
    request: 'GET /v1/p/stacks',
  });
});
