import test from 'ava';
import { judge } from '../../../src/verdict/judge.ts';
import { Story } from '../stream.ts';

const asks = 'deployment metadata over heat-api';

test('a guest’s agent is judged beside the API of its lab, and an agent that asked nothing is reported', (t) => {
  const start = { beside: { agent: asks, silent: 'nothing' } };
  const story = new Story({ swap: ['1.1 swap @node1/heat-api'] }, start).at(9).step('1.1');
  for (const [second, outcome] of [
    [8, 'served'],
    [10, '5xx-balancer'],
    [11, '5xx-balancer'],
    [12, 'served'],
  ] as const) {
    story.add({
      type: 'beside-request',
      at: second * 1000 + 5,
      id: `req-${second}`,
      probe: 'agent',
      operation: asks,
      sentAt: second * 1000,
      outcome,
    });
  }
  const { beside, api } = judge(story.at(15).done('1.1').finished().events);
  t.is(api.failed, 0);
  t.like(beside?.[0], { probe: 'agent', address: asks, requests: 4, failed: 2 });
  t.like(beside?.[0]?.disruptions[0], { seconds: 2, step: '1.1', outcome: '5xx-balancer' });
  t.like(beside?.[1], { probe: 'silent', requests: 0, availability: null });
});
