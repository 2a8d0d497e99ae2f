import test from 'ava';
import { judge } from '../../../../src/verdict/judge.ts';
import { Story } from '../../stream.ts';

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
  const none = { all: null, base: null, target: null };
  const measured = { ...none, stages: { baseline: none, mixed: none, after: none } };
  t.deepEqual(judge(new Story().events).api.latency, { ...measured, fromSend: measured });
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

test('measured from its send, a request shows the subject’s slowness and not the harness’s', (t) => {
  const story = new Story().at(1).request('served', { scheduledAt: 0 }, 0.25);
  const { latency } = judge(story.events).api;
  t.is(latency.all?.p50Ms, 1000);
  t.is(latency.fromSend.all?.p50Ms, 250);
});

test('the stages are: before any change, with both versions, and after all swaps', (t) => {
  const story = new Story({ upgrade: ['1.1 start-load', '1.2 db-sync', '1.3 stop-workload'] })
    .at(1)
    .step('1.1')
    .request('served', {}, 0.01)
    .at(5)
    .step('1.2')
    .at(6)
    .request('served', {}, 0.02);
  for (const [index, name] of ['heat-engine', 'heat-api'].entries()) {
    for (const node of ['node1', 'node2']) story.at(10 + 10 * index).swapped(`${node}/${name}`);
    story.at(15 + 10 * index).request('served', {}, 0.03 + index / 100);
  }
  story.at(30).step('1.3').at(31).request('served', {}, 0.05);
  const { stages, all } = judge(story.events).api.latency;
  const requests = [stages.baseline, stages.mixed, stages.after].map(({ all }) => all?.maxMs);
  t.deepEqual(requests, [10, 30, 40]);
  t.is(all?.requests, 5);
  t.is(stages.mixed.base?.requests, 1);
  t.is(stages.after.target?.requests, 1);
});

test('a request during a fault is in no stage', (t) => {
  const story = new Story().at(1).request('served', {}, 0.01);
  story.at(2).fault('began', 'freeze', 'mysql').at(3).request('served', {}, 0.9);
  story.at(4).fault('ended', 'freeze', 'mysql').at(5).request('served', {}, 0.01);
  t.is(judge(story.events).api.latency.stages.baseline.all?.requests, 2);
});
