import test from 'ava';
import { judge } from '../../../src/verdict/judge.ts';
import { Story } from '../stream.ts';

const CFN = 'node1/heat-api-cfn';

/** heat-api-cfn took the reply to a request of the 10th second; its answer is due until the 70th. */
function taken(outcome: 'timeout' | '5xx-service' | 'wrong-body' = '5xx-service'): Story {
  const story = new Story({ baseline: ['1.1 hold'] }).at(5).step('1.1');
  story.at(10).misdelivered(CFN, { request: 'req-lost', message: 'call-1' });
  return story.at(70).request(outcome, { id: 'req-lost', server: 'node1/heat-api' }, 60);
}

test('a request whose reply another service took counts with the pair that shares a queue', (t) => {
  const story = taken().at(11).add({
    type: 'reply-queue-shared',
    at: 11_000,
    vhost: 'heat',
    queue: 'reply_node1:uwsgi:1',
    consumers: 2,
  });
  const { causes, api } = judge(story.events);
  t.deepEqual(
    causes.map(({ kind }) => kind),
    ['reply-queue-shared'],
  );
  t.like(causes[0], {
    harm: 'requests-lost',
    count: 1,
    unit: 'requests',
    title:
      'node1/heat-api and node1/heat-api-cfn share a reply queue and take each other’s answers',
  });
  const evidence = causes[0]?.evidence.join('\n') ?? '';
  t.regex(evidence, /call-1, called by node1\/heat-api and taken by node1\/heat-api-cfn/);
  t.regex(evidence, /reply_node1:uwsgi:1, on which the broker counted 2 consumers/);
  t.regex(evidence, /1 request got no answer .*: req-lost of 10\.0 s/);
  t.regex(causes[0]?.avoidedBy ?? '', /processname/);
  t.is(api.lost[0]?.causeId, causes[0]?.id);
});

test('both directions are reported as one cause', (t) => {
  const story = taken().at(12).misdelivered('node1/heat-api', { caller: CFN });
  t.is(judge(story.events).causes.length, 1);
});

test('the shared queue does not explain a request that was lost in another way', (t) => {
  const { causes } = judge(taken('wrong-body').events);
  t.deepEqual(
    causes.map(({ kind, harm }) => `${kind} ${harm}`),
    ['requests-lost requests-lost', 'reply-queue-shared log-only'],
  );
});
