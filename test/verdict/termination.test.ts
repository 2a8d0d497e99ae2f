import test from 'ava';
import { meaningOf } from '../../src/verdict/termination.ts';

const means = test.macro({
  title: (_, code: string, server: string | null) =>
    `${code} of ${server ?? 'no server'} is told in words`,
  exec(t, code: string, server: string | null, words: string) {
    t.is(meaningOf(code, server), words);
  },
});

test(means, 'SC', null, 'no server was available');
test(
  means,
  'SC',
  'node1/heat-api',
  'the server broke it off or refused it while the connection to the server was made',
);
test(
  means,
  'sH',
  'node1/heat-api',
  'the server’s time ran out while the answer’s headers were awaited',
);
test(means, 'CD', 'node1/heat-api', 'the client broke it off while the answer was passed on');
test(means, '--', 'node1/heat-api', 'it ended by itself');
test(means, 'LR', null, 'the balancer answered it itself while the request was awaited');
test(means, 'X-', 'node1/heat-api', 'event X ended it');
