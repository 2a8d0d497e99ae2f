import test from 'ava';
import { judge } from '../../src/verdict/judge.ts';
import { Story } from './stream.ts';

test('latency counts from when a request was due, per version that served', (t) => {
  const story = new Story()
    .at(1)
    .request('served', { scheduledAt: 0 })
    .at(2)
    .swapped('node1/heat-api')
    .at(6)
    .request()
    .request('timeout', { scheduledAt: 0 });
  const { latency } = judge(story.events).api;
  t.like(latency.base, { requests: 1, p50Ms: 1000, maxMs: 1000 });
  t.like(latency.target, { requests: 1, p50Ms: 100 });
  t.like(latency.all, { requests: 2, p50Ms: 100, p95Ms: 1000, p99Ms: 1000 });
});

test('without a served request there is no latency', (t) => {
  t.deepEqual(judge(new Story().events).api.latency, { all: null, base: null, target: null });
});

test('a percentile is a value that was measured', (t) => {
  const story = new Story();
  for (let index = 1; index <= 100; index += 1) story.at(index).request('served', {}, index / 1000);
  t.deepEqual(judge(story.events).api.latency.all, {
    requests: 100,
    p50Ms: 50,
    p95Ms: 95,
    p99Ms: 99,
    maxMs: 100,
  });
});
