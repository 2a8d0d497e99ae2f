import test from 'ava';
import type { EventOf } from '../../../src/events/event.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { Story } from '../stream.ts';

const UNKNOWN = { series: 'unknown', version: 'unknown', image: 'unknown' };
const START = {
  watched: { cloud: 'staging', endpoint: 'https://cloud.example', project: 'gate', probes: [] },
  services: [],
  base: UNKNOWN,
  target: UNKNOWN,
};

function mark(step: string, at: number, name: string, node?: string): EventOf<'step-started'> {
  const what = { name, kind: 'mark', stage: 'marked', ...(node === undefined ? {} : { node }) };
  return { type: 'step-started', at: at * 1000, step, what };
}

function end(step: string, at: number): EventOf<'step-finished'> {
  return { type: 'step-finished', at: at * 1000, step, status: 'done', seconds: 1 };
}

/** Load from 1 s on, a mark from 10 s to 20 s, the end at 30 s. */
function watched() {
  return new Story({}, START)
    .add({
      type: 'step-started',
      at: 0,
      step: '1',
      what: { name: 'load', kind: 'start-load', stage: 'watch' },
    })
    .add(end('1', 1))
    .add(mark('2', 10, 'swap heat-api', 'node1'))
    .add(end('2', 20));
}

const served = { server: undefined } as const;

test('a lost request names the marked step in which it was sent, and its node', (t) => {
  const { events } = watched()
    .at(2)
    .requests(200, served)
    .at(12)
    .request('connect-refused', served)
    .at(13)
    .request('served', served);
  const verdict = judge(events);
  t.like(verdict.api.disruptions[0], { step: '2', node: 'node1', seconds: 1 });
  t.is(verdict.tags['supports-zero-downtime-upgrade'].status, 'failed');
  t.like(verdict.causes[0], { step: '2', stepName: 'swap heat-api', count: 1 });
});

test('a request that is broken off counts with the step in which that happened', (t) => {
  const { events } = new Story({}, START)
    .add(mark('1', 10, 'restart heat-engine'))
    .add(end('1', 20))
    .add(mark('2', 20, 'restart heat-api'))
    .add(end('2', 30))
    .at(21)
    .request('5xx-balancer', { ...served, status: 502 }, 4)
    .at(22)
    .request('timeout', served, 4)
    .at(23)
    .request('5xx-balancer', { ...served, status: 504 }, 5);
  t.deepEqual(
    judge(events).api.lost.map(({ outcome, status, step }) => [outcome, status, step]),
    [
      ['5xx-balancer', 502, '2'],
      ['timeout', null, '1'],
      ['5xx-balancer', 504, '1'],
    ],
  );
});

test('a clause that only a lab can prove is not proven, and the reason says so', (t) => {
  const { tags } = judge(watched().at(2).requests(200, served).events);
  const clauses = [
    ...tags['supports-upgrade'].clauses,
    ...tags['supports-rolling-upgrade'].clauses,
  ];
  for (const id of ['services-at-target', 'schema-moved', 'mixed-served']) {
    const clause = clauses.find((one) => one.id === id);
    t.is(clause?.status, 'not-proven', id);
    t.regex(clause?.evidence[0] ?? '', /A watch sees only the API/, id);
  }
  t.false(clauses.some(({ id }) => id === 'something-upgraded'));
});

test('a loss before the first mark counts against the base, not the upgrade', (t) => {
  const story = watched().at(2).requests(100, served);
  for (const at of [3, 4, 5, 6]) {
    story.at(at).request('unexpected-status', { ...served, operation: 'POST preview' });
  }
  const { tags } = judge(story.events);
  const clause = tags['supports-zero-downtime-upgrade'].clauses.find(
    ({ id }) => id === 'no-request-lost',
  );
  t.is(clause?.status, 'not-proven');
});

test('a gap is neither an outage nor availability', (t) => {
  const { events } = watched()
    .at(2)
    .requests(200, served)
    .at(12)
    .request('connect-refused', served)
    .add({ type: 'watch-gap', at: 16_000, from: 13_000, watch: 'observer', text: 'killed' })
    .at(17)
    .request('served', served);
  const verdict = judge(events);
  t.is(verdict.api.disruptions[0]?.seconds, 2);
  const whole = judge(
    watched()
      .at(2)
      .requests(200, served)
      .add({ type: 'watch-gap', at: 16_000, from: 13_000, watch: 'observer', text: 'killed' })
      .events,
  );
  const clause = whole.tags['supports-zero-downtime-upgrade'].clauses.find(
    ({ id }) => id === 'no-request-lost',
  );
  t.like(clause, {
    status: 'not-proven',
    evidence: ['For 3.0 s of the upgrade nothing was sent: the watch did not run.'],
  });
});

test('a request for an object that another user had deleted is neither lost nor served', (t) => {
  const clauseAt = (seconds: number) => {
    const verdict = judge(
      watched()
        .at(2)
        .requests(200, served)
        .add({
          type: 'request-unobserved',
          at: seconds * 1000 + 10,
          id: 'req-1',
          probe: 'list',
          operation: 'GET stacks',
          sentAt: seconds * 1000,
          status: 404,
          why: 'another user deleted rollgate-ci-standing',
        }).events,
    );
    t.is(verdict.api.failed, 0);
    t.is(verdict.api.requests, 200);
    return verdict.tags['supports-zero-downtime-upgrade'].clauses.find(
      ({ id }) => id === 'no-request-lost',
    );
  };
  t.like(clauseAt(15), {
    status: 'not-proven',
    evidence: [
      '1 request of the upgrade showed nothing of the service: another user deleted rollgate-ci-standing.',
    ],
  });
  t.is(clauseAt(5)?.status, 'proven');
});

test('a probe without a sample proves nothing', (t) => {
  const start = { ...START, watched: { ...START.watched, probes: ['list/new', 'show/new'] } };
  const { tags } = judge(new Story({}, start).at(2).requests(200, served).events);
  const clause = tags['supports-zero-downtime-upgrade'].clauses.find(
    ({ id }) => id === 'all-arrivals-sent',
  );
  t.like(clause, { status: 'not-proven', evidence: ['Nothing was sent by show/new.'] });
});

test('without a mark no time counts as before the upgrade: every loss counts', (t) => {
  const story = new Story({}, START).at(2).requests(100, served);
  for (const at of [4, 5, 6, 7]) story.at(at).request('connect-refused', served);
  const { tags } = judge(story.events);
  const clause = tags['supports-zero-downtime-upgrade'].clauses.find(
    ({ id }) => id === 'no-request-lost',
  );
  t.is(clause?.status, 'failed');
});

test('requests to an address beside the API are counted separately, with the step in which it was not reached', (t) => {
  const address = 'http://203.0.113.10/';
  const start = { ...START, watched: { ...START.watched, beside: { 'http-1': address } } };
  const thresholds = [
    { metric: 'beside_failed', expression: 'count==0' },
    { metric: 'beside_disruption', expression: 'max<5s' },
  ];
  const story = new Story({}, { ...start, thresholds })
    .add(mark('1', 10, 'swap heat-api'))
    .add(end('1', 20))
    .at(2)
    .requests(200, served);
  const asked = judge(
    [11, 12, 13, 14].reduce(
      (story, second) =>
        story.add({
          type: 'beside-request',
          at: second * 1000 + 5,
          id: `req-${second}`,
          probe: 'http-1',
          operation: address,
          sentAt: second * 1000,
          outcome: second < 14 && second > 11 ? 'connect-refused' : 'served',
        }),
      story,
    ).events,
  );
  t.is(asked.api.failed, 0);
  t.like(asked.beside?.[0], {
    probe: 'http-1',
    address,
    requests: 4,
    failed: 2,
    availability: 0.5,
  });
  t.like(asked.beside?.[0]?.disruptions, [
    { from: 12_000, to: 14_000, seconds: 2, lost: 2, step: '1', outcome: 'connect-refused' },
  ]);
  t.deepEqual(
    asked.thresholds.map(({ status, value }) => [status, value]),
    [
      ['failed', 2],
      ['passed', 2000],
    ],
  );
});

test('an address that got no request shows nothing, and meets no threshold', (t) => {
  const start = {
    ...START,
    watched: { ...START.watched, beside: { 'http-1': 'http://203.0.113.10/' } },
    thresholds: [{ metric: 'beside_failed', expression: 'count==0' }],
  };
  const { beside, thresholds } = judge(new Story({}, start).at(2).requests(200, served).events);
  t.like(beside?.[0], { requests: 0, availability: null });
  t.is(thresholds[0]?.status, 'not-measured');
});

test('a lab has more exact steps than the marks of its script: no loss is attributed to a mark', (t) => {
  const stages = { script: ['2.1 script roll.sh'] };
  const call = { name: 'drain heat-api on node1', kind: 'drain', stage: 'script', node: 'node1' };
  const events = new Story(stages)
    .at(1)
    .requests(40)
    .at(5)
    .step('2.1')
    .add({ type: 'step-started', at: 6000, step: '2.1.1', what: call })
    .add(end('2.1.1', 7))
    .add(mark('2.1.2', 7.1, 'Read the version', 'node1'))
    .at(8)
    .request('5xx-balancer', { server: undefined })
    .add(end('2.1.2', 9))
    .at(10)
    .done('2.1', 5)
    .at(11)
    .requests(40);
  const { api, steps } = judge(events.events);
  t.is(api.lost.length, 1);
  t.is(api.lost[0]?.step, '2.1');
  t.true(steps.some(({ name }) => name === 'Read the version'));
});
