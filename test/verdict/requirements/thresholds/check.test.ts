import test from 'ava';
import { exitStatusOfVerdict, judge } from '../../../../src/verdict/judge.ts';
import { Story } from '../../stream.ts';

type Pairs = readonly (readonly [string, string])[];

function story(thresholds: Pairs): Story {
  return new Story(
    {},
    { thresholds: thresholds.map(([metric, expression]) => ({ metric, expression })) },
  );
}

function results(run: Story): readonly (readonly [string, number | null])[] {
  return judge(run.events).thresholds.map(({ status, value }) => [status, value]);
}

test('a rate of lost requests is measured over all that were sent', (t) => {
  const run = story([
    ['api_failed', 'rate<0.1'],
    ['api_failed', 'count==1'],
    ['api_failed{probe:show}', 'rate<0.1'],
    ['api_failed{connection:reused}', 'rate<0.1'],
  ]);
  run.at(1).requests(3, { connection: 'reused' }).at(2).request('5xx-service', { status: 500 });
  t.deepEqual(results(run), [
    ['failed', 0.25],
    ['passed', 1],
    ['not-measured', null],
    ['passed', 0],
  ]);
});

test('a request that the balancer answers by itself does not count', (t) => {
  const run = story([['api_failed', 'rate<0.1']]);
  run.at(1).request('timeout', { control: true, probe: 'balancer' });
  t.deepEqual(results(run), [['not-measured', null]]);
});

test('times of served requests are measured by percentiles, from the send and from the time due', (t) => {
  const run = story([
    ['http_req_duration', 'p(95)<150ms'],
    ['http_req_duration', 'med==100ms'],
    ['http_req_duration', 'max<2s'],
    ['http_req_duration_scheduled', 'max<2s'],
  ]);
  for (let index = 0; index < 10; index += 1) run.at(1 + index).request('served', {}, 0.1);
  run.at(20).request('served', { scheduledAt: 17_000 }, 1);
  run.at(30).request('timeout', {}, 9);
  t.deepEqual(results(run), [
    ['failed', 1000],
    ['passed', 100],
    ['passed', 1000],
    ['failed', 3000],
  ]);
});

test('a disruption lasts as long as no request was served; none takes no time', (t) => {
  const limits: Pairs = [
    ['disruption', 'max<2s'],
    ['disruption', 'count==0'],
  ];
  const clean = story(limits).at(1).requests(3);
  t.deepEqual(results(clean), [
    ['passed', 0],
    ['passed', 0],
  ]);
  const broken = story(limits).at(1).request().at(2).request('connect-refused').at(5).request();
  t.deepEqual(results(broken), [
    ['failed', 3000],
    ['failed', 1],
  ]);
});

test('stacks, unsent arrivals and errors in logs are counted', (t) => {
  const run = story([
    ['stacks_stuck', 'count==0'],
    ['stacks_accepted', 'count>=2'],
    ['arrivals_dropped', 'rate<10%'],
    ['log_errors', 'count==0'],
    ['log_errors{node:node2}', 'count==0'],
  ]);
  run.at(1).accepted('create', 'a').accepted('create', 'b').requests(3).dropped();
  run.at(2).logged('node1/heat-engine', '24.0.0').settled('create', 'a');
  run.at(3).settled('create', 'b', 'stuck');
  t.deepEqual(results(run), [
    ['failed', 1],
    ['passed', 2],
    ['failed', 0.25],
    ['failed', 1],
    ['passed', 0],
  ]);
});

test('an unmet threshold fails a run that proves everything required', (t) => {
  const passed = judge(
    story([['api_failed', 'rate<0.1']])
      .at(1)
      .requests(3)
      .finished().events,
  );
  t.is(exitStatusOfVerdict(passed), 0);
  t.regex(passed.reasons.join(), /1 threshold is met/);
  for (const metric of ['api_failed', 'http_req_duration{stage:mixed}']) {
    const run = story([[metric, metric.startsWith('api') ? 'rate>0.1' : 'p(95)<1s']]);
    const failed = judge(run.at(1).requests(3).finished().events);
    t.is(exitStatusOfVerdict(failed), 99);
    t.regex(failed.reasons.join(), /^threshold .* is not met$/);
  }
});
