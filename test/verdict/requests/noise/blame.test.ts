import test from 'ava';
import type { EventOf } from '../../../../src/events/event.ts';
import { readServices } from '../../../../src/verdict/history/services/services.ts';
import { judge } from '../../../../src/verdict/judge.ts';
import { isNoise, wasNoisy } from '../../../../src/verdict/requests/noise/blame.ts';
import type { Noise } from '../../../../src/verdict/requests/noise/noise.ts';
import { Story } from '../../stream.ts';

const NONE = { seconds: 0, share: 0, tooNoisy: false, why: null, intervals: [] };

function noise(given: Partial<Noise>): Noise {
  return { ...NONE, machine: [], stalls: [], ...given };
}

test('noise explains how long a request took if it was there for half of the time', (t) => {
  const time = { from: 0, to: 100 };
  t.false(wasNoisy(noise({ machine: [{ from: 0, to: 49 }] }), time));
  t.true(wasNoisy(noise({ machine: [{ from: 0, to: 50 }] }), time));
  t.false(wasNoisy(noise({}), { from: 5, to: 5 }));
});

/** A request that waited for a second in vain, and got no answer. */
function waited(outcome: EventOf<'request'>['outcome']): EventOf<'request'> {
  return {
    type: 'request',
    at: 2000,
    id: 'req-1',
    probe: 'list',
    operation: 'GET',
    connection: 'new',
    scheduledAt: 1000,
    sentAt: 1000,
    outcome,
  };
}

const { events } = new Story();
const services = readServices(events[0] as EventOf<'run-started'>, events);

test('a stall explains no more than its own length, however long the interval that contains it', (t) => {
  const within = (ms: number): boolean =>
    isNoise(
      waited('timeout'),
      { termination: null },
      noise({ stalls: [{ from: 1000, to: 2000, ms, lost: false }] }),
      services,
    );
  t.false(within(499));
  t.true(within(500));
});

test('a harness that was late for a part of a second does not explain a wait of a second', (t) => {
  const story = new Story().at(1).requests(200).at(1).controls(60);
  story.at(10).delayed(20).at(11).delayed(154).at(11).request('timeout', {}, 1);
  t.is(judge(story.events).api.failed, 1);
});

test('controls that were lost at several times together explain a wait', (t) => {
  const lost = [
    { from: 1000, to: 1300, ms: 300, lost: true },
    { from: 1500, to: 1800, ms: 300, lost: true },
  ];
  const explains = (stalls: Noise['stalls']): boolean =>
    isNoise(waited('timeout'), { termination: null }, noise({ stalls }), services);
  t.true(explains(lost));
  t.false(explains(lost.map((stall) => ({ ...stall, lost: false }))));
});

test('the time in which the load was paused does not count as noise', (t) => {
  const story = new Story().at(1).requests(200).at(1).controls(20);
  story.at(30).control('timeout', 2).at(29).paused('stopped').at(31).resumed().at(60).request();
  t.is(judge(story.events).noise.seconds, 1);
});

test('availability covers the requests that were not lost to noise; without any it is unknown', (t) => {
  const story = new Story().at(10).controls(2);
  story.at(12).control('timeout', 2).at(12).request('timeout', {}, 2);
  t.deepEqual([judge(story.events).api.failed, judge(story.events).api.availability], [0, null]);
  story.at(20).request().request().request('connect-refused').request();
  const { api } = judge(story.events);
  t.deepEqual([api.requests, api.failed, api.availability], [5, 1, 0.75]);
});

test('a control that was lost long before a connection broke does not explain the break', (t) => {
  const brokenAt = (at: number): number => {
    const story = new Story().at(1).requests(200).at(1).controls(120);
    story.at(20.1).control('connect-refused', 0.1);
    story.at(at).request('reset-before-answer', {}, at - 20);
    return judge(story.events).api.failed;
  };
  t.is(brokenAt(20.2), 0);
  t.is(brokenAt(22), 0, 'the client noticed a little later');
  t.is(brokenAt(40), 1);
});

test('services that ran when the run began are not started in its first moment', (t) => {
  const first = { ...waited('connect-refused'), sentAt: 0, scheduledAt: 0, at: 100 };
  const stalls = [{ from: 0, to: 100, ms: 100, lost: true }];
  t.true(isNoise(first, { termination: null }, noise({ stalls }), services));
});

/** An engine is being started when the container engine says nothing for some seconds. */
function silentEngine(
  seconds: number,
  outcome: EventOf<'request'>['outcome'],
  { text = 'no answer within 5 s', lostAt = 69.5 } = {},
): Story {
  const story = new Story({ surge: ['1.1 surge'] }).at(1).requests(200).at(1).controls(60);
  story.at(30).step('1.1').started('node1/heat-engine.next');
  story
    .at(70)
    .add({ type: 'watch-gap', at: 70_000, from: 70_000 - seconds * 1000, watch: 'usage', text });
  return story.at(lostAt).request(outcome, { id: 'req-nameless', status: 503 }, 0.1).at(80);
}

test('while the container engine is silent no name is found: errors are noise, also beside a swap', (t) => {
  const isLostToNoise = (story: Story) =>
    judge(story.events).api.lost.find(({ id }) => id === 'req-nameless')?.noise;
  t.true(isLostToNoise(silentEngine(40, '5xx-balancer')));
  t.true(isLostToNoise(silentEngine(40, '5xx-service')));
  t.false(isLostToNoise(silentEngine(40, 'wrong-body')));
  t.false(isLostToNoise(silentEngine(40, 'unexpected-status')));
  // Until the names are found again.
  t.true(isLostToNoise(silentEngine(40, '5xx-balancer', { lostAt: 70.3 })));
  t.false(isLostToNoise(silentEngine(40, '5xx-balancer', { lostAt: 75 })));
  // A busy engine, and a watch that failed for another reason.
  t.false(isLostToNoise(silentEngine(8, '5xx-balancer')));
  t.false(isLostToNoise(silentEngine(40, '5xx-balancer', { text: 'no such file' })));
});

test('a silent container engine is named as noise', (t) => {
  const { noise } = judge(silentEngine(40, 'served').events);
  t.deepEqual(
    noise.intervals.map(({ by, why }) => `${by}: ${why}`),
    [
      'container engine: the container engine did not answer for 40.0 s; names of containers are not found meanwhile',
    ],
  );
});
