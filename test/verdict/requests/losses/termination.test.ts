import test from 'ava';
import { meaningOf } from '../../../../src/verdict/requests/losses/termination.ts';

const means = test.macro({
  title: (_, code: string, server: string | null) =>
    `${code} of ${server ?? 'no server'} is explained in words`,
  exec(t, code: string, server: string | null, words: string) {
    t.is(meaningOf(code, server), words);
  },
});

test(means, 'SC', null, 'no server was available');
test(means, 'SC', 'node1/heat-api', 'the server refused the connection');
test(means, 'sH', 'node1/heat-api', 'the server’s time ran out before an answer’s headers');
test(means, 'CD', 'node1/heat-api', 'the client broke it off within the answer');
test(means, '--', 'node1/heat-api', 'it ended normally');
test(means, 'LR', null, 'the balancer answered it itself before the request was whole');
test(means, 'X-', 'node1/heat-api', 'event X ended it');
