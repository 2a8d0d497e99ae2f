import test from 'ava';
import * as fc from 'fast-check';
import type { RunEvent } from '../../../../src/events/event.ts';
import { judge } from '../../../../src/verdict/judge.ts';
import { TAGS, type Clause, type Verdict } from '../../../../src/verdict/schema/verdict.ts';
import { Story } from '../../stream.ts';

function noiseOf(story: Story): Verdict['noise'] {
  return judge(story.events).noise;
}

function noRequestLost(story: Story): Clause | undefined {
  return judge(story.events).tags['supports-zero-downtime-upgrade'].clauses.find(
    ({ id }) => id === 'no-request-lost',
  );
}

/** Two minutes with a control every half second and as many requests as are needed to judge. */
function quiet(): Story {
  return new Story().at(1).requests(200).at(1).controls(240);
}

test('an ordinary run has no noise, whatever a quick control’s own spread', (t) => {
  const story = quiet().at(30).control('served', 0.2).at(40).delayed(71);
  t.deepEqual(noiseOf(story), {
    seconds: 0,
    share: 0,
    tooNoisy: false,
    why: null,
    intervals: [],
  });
});

test('a control that is far slower than its own kind, or lost, or a late harness is noise', (t) => {
  const story = quiet()
    .at(30)
    .control('served', 0.4)
    .at(50)
    .control('timeout', 2)
    .at(70)
    .delayed(20)
    .at(71)
    .delayed(154);
  t.deepEqual(
    noiseOf(story).intervals.map(({ from, to, by, why }) => [from, to, by, why]),
    [
      [29_600, 30_000, 'balancer', 'the control took 400 ms; the limit is 250 ms'],
      [48_000, 50_000, 'balancer', 'the control was lost: timeout'],
      [70_000, 71_000, 'harness', 'the harness was late by up to 154 ms'],
    ],
  );
  t.is(noiseOf(story).seconds, 3.4);
  t.false(noiseOf(story).tooNoisy);
});

test('an always slow control counts as slow above its own spread, or above one second', (t) => {
  const keystone = { probe: 'keystone' };
  const story = new Story().at(1).requests(200).at(1);
  for (let index = 0; index < 200; index += 1) {
    story.at(1 + index / 2).control('served', 0.3 + (index % 5) / 50, keystone);
  }
  t.deepEqual(noiseOf(story).intervals, [], 'nothing stands out');
  story.at(60).control('served', 0.9, keystone);
  t.is(noiseOf(story).intervals.length, 1);
  const crawling = new Story().at(1).controls(20, 1.5);
  t.true(noiseOf(crawling).share > 0.9, 'all of a run may be slow');
});

test('the load of the cores meanwhile is shown, if it was sampled', (t) => {
  const sample = (at: number, busy: number, runnable: number): RunEvent => ({
    type: 'usage-sampled',
    at,
    containers: [
      { container: 'node1/heat-api', cpu: 0.3, memoryBytes: 1 },
      { container: 'mysql', cpu: 0.25, memoryBytes: 1 },
    ],
    machine: { cores: 2, busy, runnable },
  });
  const story = quiet()
    .at(30)
    .control('served', 0.4)
    .add(sample(28_000, 0.2, 90));
  story.add(sample(30_500, 1.96, 14)).add(sample(40_000, 0.3, 99));
  t.deepEqual(noiseOf(story).intervals[0]?.machine, {
    cores: 2,
    busy: 1.96,
    lab: 0.55,
    runnable: 14,
  });
  const burner = burnt().add(sample(30_500, 1.96, 14));
  t.is(
    judge(burner.events).causes[0]?.evidence[1],
    "At the peak 2.0 of 2 cores were in use, 0.6 of them by the lab's containers, with 14 threads to run.",
  );
});

const timedOut = (story: Story): Story => story.at(62).request('timeout', {}, 2);

test('a request that times out at the same time as the control is lost to noise', (t) => {
  const story = timedOut(quiet()).control('timeout', 2);
  const { api, causes } = judge(story.events);
  t.like(api, { requests: 201, failed: 0, availability: 1 });
  t.deepEqual(api.noise, { requests: 1, doubtful: 0, disruptions: 1, seconds: 2 });
  t.like(api.lost[0], { noise: true, causeId: 'noise-lost-timeout-node1-heat-api-step' });
  t.like(api.disruptions[0], { noise: true, lost: 1 });
  t.like(api.together.all[0], { noise: true });
  t.like(causes[0], { kind: 'machine-noise', harm: 'noise', count: 1 });
  t.is(noRequestLost(story)?.status, 'proven');
  t.regex(noRequestLost(story)?.evidence[1] ?? '', /1 more request lost while the controls were/);
});

test('a moment’s noise does not explain a time-out of a minute', (t) => {
  const moment = quiet().at(30).control('timeout', 2).at(90).request('timeout', {}, 60);
  t.like(judge(moment.events).api, { failed: 1, noise: { requests: 0 } });
});

test('slow controls explain a time-out only if they cover half of its time', (t) => {
  const half = timedOut(quiet()).at(61.5).control('served', 1.1);
  t.like(judge(half.events).api, { failed: 0 });
  const stalled = timedOut(quiet()).at(62.6).delayed(1200);
  t.like(judge(stalled.events).api, { failed: 1 }, 'it counts as far as the request was under way');
  const stood = timedOut(quiet()).at(61.9).delayed(1200);
  t.like(judge(stood.events).api, { failed: 0 });
  const less = timedOut(quiet()).at(61.5).control('served', 0.9);
  t.like(judge(less.events).api, { failed: 1 });
  t.like(judge(timedOut(quiet()).events).api, { failed: 1 }, 'without any noise');
  const elsewhere = timedOut(quiet()).at(50).control('timeout', 5);
  t.like(judge(elsewhere.events).api, { failed: 1 }, 'noise at another time');
});

test('scattered slow controls do not explain a minute without an answer', (t) => {
  // An engine that dropped the request's message makes no other time-out than a slow machine.
  const story = quiet().at(100).request('timeout', {}, 60);
  for (let second = 42; second < 100; second += 1) story.at(second).control('served', 0.95);
  t.true(noiseOf(story).share > 0.4);
  t.like(judge(story.events).api, { failed: 1 });
});

test('a fault that burdens the machine is not noise either, except where the controls showed it', (t) => {
  const story = burnt().at(49).request('timeout', {}, 20);
  t.like(judge(story.events).api, { failed: 1 });
  t.like(judge(story.control('served', 12).events).api, { failed: 0 });
});

test('an answer is never noise: neither an error of the subject nor a wrong answer', (t) => {
  for (const [outcome, status] of [
    ['5xx-service', 500],
    ['unexpected-status', 404],
    ['wrong-body', 200],
  ] as const) {
    const story = quiet().at(62).request(outcome, { status }, 2).control('timeout', 2);
    t.like(judge(story.events).api, { failed: 1 }, outcome);
    t.is(noRequestLost(story)?.status, 'failed');
  }
});

test('a 502 of an api that was being stopped in a slow moment is not noise', (t) => {
  const story = quiet().at(60).stopping('node1/heat-api').at(62);
  story.request('5xx-balancer', { status: 502 }, 1).control('timeout', 2);
  t.like(judge(story.events).api, { failed: 1 });
  t.is(noRequestLost(story)?.status, 'failed');
  const gap = quiet().at(60).stopping('node1/heat-api').at(61).stopped('node1/heat-api').at(64);
  gap.request('5xx-balancer', { status: 503, server: undefined }, 1).control('timeout', 2);
  t.like(judge(gap.events).api, { failed: 1 }, 'nor a 503 before it is there again');
});

test('a connection that broke together with the controls is noise, except during a swap', (t) => {
  const broken = (): Story =>
    quiet().at(62).request('connect-refused', {}, 0.1).control('connect-refused', 0.1);
  t.like(judge(broken().events).api, { failed: 0 });
  t.like(judge(broken().at(61).stopping('node2/heat-api').events).api, { failed: 1 });
  t.like(judge(broken().at(61).started('node3/heat-api').events).api, { failed: 1 });
  const slow = quiet().at(62).request('connect-refused', {}, 0.1).control('served', 2);
  t.like(judge(slow.events).api, { failed: 1 }, 'slowness refuses no connection');
});

test('a disruption with one loss that is not noise is not noise', (t) => {
  const story = timedOut(quiet()).control('timeout', 2);
  story.at(61.5).request('5xx-service', { status: 500 }, 0.1);
  const [one, ...others] = judge(story.events).api.disruptions;
  t.deepEqual(others, []);
  t.like(one, { lost: 2, noise: false });
});

test('a loss to noise while a service is swapped has an unknown cause, so it is not proven', (t) => {
  const story = timedOut(quiet()).control('timeout', 2).at(61).stopping('node2/heat-engine');
  t.is(judge(story.events).api.noise.doubtful, 1);
  t.is(noRequestLost(story)?.status, 'not-proven');
});

test('if much is lost to noise, the rest proves nothing', (t) => {
  const story = quiet().at(62).control('timeout', 2);
  for (let index = 0; index < 5; index += 1) timedOut(story);
  t.is(noRequestLost(story)?.status, 'not-proven');
});

/** A quarter of the time a burner is at work on the machine. */
function burnt(): Story {
  return quiet()
    .at(20)
    .fault('began', 'burn-cpu', 'machine')
    .at(50)
    .fault('ended', 'burn-cpu', 'machine');
}

test('a fault that burdens the whole machine is noise, under its own name', (t) => {
  const { intervals, tooNoisy, share } = noiseOf(burnt());
  t.deepEqual(intervals, [
    {
      from: 20_000,
      to: 50_000,
      by: 'machine',
      why: 'burn-cpu, by the scenario',
      fault: null,
      machine: null,
    },
  ]);
  t.true(tooNoisy && share > 0.2 && share < 0.3);
});

test('a fault that burdens the machine is a separate cause, and not harm by the subject', (t) => {
  const { causes } = judge(burnt().events);
  t.deepEqual(
    causes.map(({ harm, title, count, unit, firstAt }) => [harm, title, count, unit, firstAt]),
    [['noise', 'The whole machine was slow: burn-cpu, by the scenario', 30, 'seconds', 20_000]],
  );
});

test('too much noise to judge is a cause, a little noise is not', (t) => {
  const story = quiet().at(30).delayed(154);
  t.deepEqual(judge(story.events).causes, []);
  for (let second = 31; second < 60; second += 1) story.at(second).delayed(154);
  const [one, ...others] = judge(story.events).causes;
  t.deepEqual(others, []);
  t.like(one, { id: 'machine-too-noisy', harm: 'noise', count: 30, unit: 'seconds' });
  t.regex(one?.evidence[1] ?? '', /slow or out of reach for 25\.\d %/);
});

test('a run too noisy to judge: time-outs prove nothing and fail nothing', (t) => {
  const story = burnt().at(62).request('timeout', {}, 1);
  const found = noRequestLost(story);
  t.is(found?.status, 'not-proven');
  t.regex(found?.evidence[0] ?? '', /1 of 201 requests lost\. The run is too noisy to tell why/);
  t.regex(found?.evidence.join(' ') ?? '', /slow or out of reach for 25\.\d % of the time/);
});

test('a run too noisy to judge: a 502 still fails, and a run without losses has none', (t) => {
  const story = burnt().at(62).request('5xx-balancer', { status: 502 }, 1);
  t.is(noRequestLost(story)?.status, 'failed');
  t.is(noRequestLost(burnt())?.status, 'proven');
});

test('a harness that is late too often produces another load', (t) => {
  const story = quiet();
  for (let index = 0; index < 6; index += 1) {
    story.add({
      type: 'arrivals-dropped',
      at: 2000 + index,
      probe: 'list',
      scheduledAt: 2000,
      reason: 'late',
    });
  }
  const { tooNoisy, why } = noiseOf(story);
  t.true(tooNoisy);
  t.regex(why ?? '', /too late to send 1\.3 % of the arrivals/);
});

test('losses of controls through a fault of the scenario belong to the fault, not to noise', (t) => {
  const story = quiet().at(60).fault('began', 'stop', 'haproxy').at(62);
  story.control('connect-refused', 0.1).request('connect-refused', {}, 0.1);
  story.at(63).fault('ended', 'stop', 'haproxy');
  const { intervals, seconds } = noiseOf(story);
  t.like(intervals[0], { by: 'balancer', fault: 'stop on haproxy' });
  t.is(seconds, 0);
  t.like(judge(story.events).api, { failed: 1 });
});

test('whatever the noise, each loss is counted once, and a served request is never lost', (t) => {
  const outcome = fc.constantFrom(
    'served' as const,
    'timeout' as const,
    '5xx-balancer' as const,
    '5xx-service' as const,
    'connect-refused' as const,
  );
  const sent = fc.record({
    outcome,
    control: fc.boolean(),
    second: fc.nat(60),
    took: fc.integer({ min: 1, max: 5000 }),
  });
  fc.assert(
    fc.property(fc.array(sent, { maxLength: 60 }), (all) => {
      const story = new Story();
      for (const { outcome, control, second, took } of all) {
        story.at(10 + second);
        if (control) story.control(outcome, took / 1000);
        else story.request(outcome, {}, took / 1000);
      }
      const { api, noise, tags } = judge(story.events);
      const lost = all.filter((one) => one.outcome !== 'served' && !one.control).length;
      const answered = api.lost.filter((one) => one.outcome === '5xx-service');
      return (
        api.failed + api.noise.requests === lost &&
        api.lost.filter((one) => one.noise).length === api.noise.requests &&
        answered.every((one) => !one.noise) &&
        noise.share >= 0 &&
        noise.share <= 1 &&
        (lost === 0 || tags[TAGS[3]].clauses.some(({ status }) => status !== 'proven'))
      );
    }),
  );
  t.pass();
});

test('without noise no loss is excused', (t) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 60_000 }), { maxLength: 20 }), (waits) => {
      const story = quiet();
      for (const wait of waits) story.at(100).request('timeout', {}, wait / 1000);
      return judge(story.events).api.failed === waits.length;
    }),
  );
  t.pass();
});

test('a Keystone that stays slow after memcached was gone is due to that, and a slow machine is not', (t) => {
  const keystone = { probe: 'keystone' };
  const gone = (probe: typeof keystone, pause = 0): Story => {
    const story = new Story().at(1).requests(60).at(1).controls(40, 0.003, probe);
    story.at(10).fault('began', 'unplug', 'memcached').at(20).fault('ended', 'unplug', 'memcached');
    story.at(21).controls(20, 4, probe);
    return story.at(34 + pause).controls(4, 4, probe);
  };
  t.is(noiseOf(gone(keystone)).seconds, 0);
  t.true(noiseOf(gone(keystone, 20)).seconds > 0, 'it had been quick in between');
  t.true(noiseOf(gone({ probe: 'balancer' })).seconds > 0);
});
