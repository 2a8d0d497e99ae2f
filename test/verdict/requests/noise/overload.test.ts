import test from 'ava';
import { judge } from '../../../../src/verdict/judge.ts';
import { OLD, Story } from '../../stream.ts';

const API = 'node1/heat-api';

/** An API whose listen queue is full from the 30th second to the 40th, on a machine that is busy. */
function jammed({ busy = true, stopping = false } = {}): Story {
  const story = new Story({ hold: ['1.1 hold'] });
  story.at(5).requests(20).controls(20).step('1.1');
  if (stopping) story.at(29).stopping(API);
  for (const second of [30, 33, 36, 39]) {
    // Twice a second a control is asked; a busy machine takes its time for it.
    story.at(second).controls(5, busy ? 2.5 : 0.003);
    story.at(second).logged(API, OLD.version, {
      signature: 'api-queue-full',
      title: "The API's listen queue was full",
    });
  }
  story.at(35).request('5xx-balancer', { id: 'req-untaken', status: 503 }, 0.1);
  if (stopping) story.at(41).stopped(API);
  return story.at(45).request('served', { server: 'node2/heat-api' });
}

function lostIn(story: Story) {
  const { api, causes } = judge(story.events);
  return {
    noise: api.lost.find(({ id }) => id === 'req-untaken')?.noise,
    failed: api.failed,
    titles: causes.map(({ title }) => title),
    remedies: causes.map(({ avoidedBy }) => avoidedBy),
  };
}

test('requests that a full API did not take on a busy machine are lost to the machine; the cause names a setting', (t) => {
  const { noise, failed, titles, remedies } = lostIn(jammed());
  t.true(noise);
  t.is(failed, 0);
  const place = titles.findIndex((title) => title.includes('could not carry the load'));
  t.true(place >= 0, titles.join('\n'));
  t.regex(remedies[place] ?? '', /load\.workload\.rate/);
});

test('a full API on an idle machine counts against the subject', (t) => {
  t.like(lostIn(jammed({ busy: false })), { noise: false, failed: 1 });
});

test('losses while a service was being stopped count against the subject too', (t) => {
  t.like(lostIn(jammed({ stopping: true })), { noise: false, failed: 1 });
});

/** For a second the load balancer holds both APIs for dead, though neither was touched. */
function heldForDead({ busy = true, swapped = false, surged = false } = {}): Story {
  const story = new Story({ hold: ['1.1 hold'] });
  story.at(2).serving('node1/heat-api', OLD).serving('node2/heat-api', OLD);
  story.at(5).requests(20).controls(20).step('1.1');
  if (surged) {
    story.at(6).started('node1/heat-engine.next').at(8).serving('node1/heat-engine.next');
    story.at(10).stopping('node1/heat-engine').at(12).stopped('node1/heat-engine');
  }
  for (const second of [24, 27, 30, 33]) story.at(second).controls(5, busy ? 2.5 : 0.003);
  if (swapped) story.at(28).stopping(API).at(29).stopped(API);
  story.at(30).request('5xx-balancer', { id: 'req-untaken', status: 503 }, 0.1);
  return story.at(32).request('served', { server: 'node2/heat-api' });
}

test('if the load balancer took running APIs for dead, a busy machine could not carry the load', (t) => {
  const { noise, failed, titles } = lostIn(heldForDead());
  t.true(noise);
  t.is(failed, 0);
  t.true(titles.some((title) => title.includes('could not carry the load')));
});

test('on an idle machine, or during a stop, such losses count against the subject', (t) => {
  t.is(lostIn(heldForDead({ busy: false })).failed, 1);
  t.is(lostIn(heldForDead({ swapped: true })).failed, 1);
});

test('an engine that was stopped long ago, with another in its place, has no part in it', (t) => {
  t.is(lostIn(heldForDead({ surged: true })).failed, 0);
});

/** Another request beside those of a jam, as `req-untaken`. */
function untaken(story: Story, at: number, more: Parameters<Story['request']>[1]): Story {
  return story.at(at).request('5xx-balancer', { id: 'req-untaken', ...more }, 0.1);
}

function jammedWithout(): Story {
  const story = new Story({ hold: ['1.1 hold'] }).at(5).requests(20).controls(20).step('1.1');
  for (const second of [30, 33, 36, 39]) {
    story.at(second).controls(5, 2.5);
    story.at(second).logged(API, OLD.version, { signature: 'api-queue-full' });
  }
  return story.at(45).request('served', { server: 'node2/heat-api' });
}

test('the subject’s own answers during overload count against it, and later losses are not overload', (t) => {
  t.is(lostIn(untaken(jammedWithout(), 35, { status: 503 })).failed, 0);
  t.is(lostIn(jammedWithout().at(35).request('5xx-service', { status: 500 }, 0.1)).failed, 1);
  t.is(lostIn(jammedWithout().at(46).request('connect-refused', {}, 0.1)).failed, 1);
  t.is(lostIn(jammedWithout().at(44).request('connect-refused', {}, 0.1)).failed, 0);
});

test('a queue that was full of calls held by a stopping engine is not overload', (t) => {
  const kept = (calls: number): number => {
    const story = new Story({ swap: ['1.1 swap'] }).at(2).requests(20).at(5).step('1.1');
    story.at(6).stopping('node1/heat-engine').at(21).stopped('node1/heat-engine');
    story.at(22).started('node1/heat-engine').at(24).serving('node1/heat-engine');
    for (let index = 0; index < calls; index += 1) {
      story.at(20).droppedMessage('node1/heat-engine', { sender: API, sentAt: 7000 });
    }
    story.at(8).controls(60, 2.5);
    story.at(30).logged(API, OLD.version, { signature: 'api-queue-full' });
    story.at(35).request('connect-refused', { server: 'node2/heat-api' }, 0.1);
    return judge(story.at(45).request().events).api.noise.requests;
  };
  t.is(kept(0), 1);
  t.is(kept(4), 0);
});

test('an api that began to serve moments ago, or another status, does not show dead apis', (t) => {
  const refusedAt = (servesAt: number, status: number): number => {
    const story = new Story({ hold: ['1.1 hold'] });
    story.at(2).serving('node1/heat-api', OLD).at(5).requests(20).controls(20).step('1.1');
    story.at(6).stopping('node2/heat-api').at(7).stopped('node2/heat-api');
    story.at(8).started('node2/heat-api').at(servesAt).serving('node2/heat-api');
    for (const second of [18, 21, 24, 27, 30, 33]) story.at(second).controls(5, 2.5);
    story.at(30).request('5xx-balancer', { status }, 0.1);
    return judge(story.at(32).request('served').events).api.failed;
  };
  t.is(refusedAt(20, 503), 0);
  t.is(refusedAt(28, 503), 1);
  t.is(refusedAt(20, 502), 1);
});

/**
 * node2's api is drained and swapped, and the load balancer holds node1's for dead, which runs.
 * Controls are quick, as they are where the kernel limits the lab's containers to less than a core.
 */
function heldForDeadBesideDrained({
  used = 0.5,
  waited = 0.5,
  busy = 0.6,
  drained = true,
}: {
  readonly used?: number;
  readonly waited?: number | null;
  readonly busy?: number;
  readonly drained?: boolean;
} = {}): Story {
  const story = new Story({ swap: ['1.1 swap'] });
  story.at(2).serving('node1/heat-api', OLD).serving('node2/heat-api', OLD);
  story.at(5).requests(20).controls(60).step('1.1');
  const sampled = (second: number, status: string): Story =>
    story.add({
      type: 'balancer-sampled',
      at: second * 1000,
      servers: [
        { node: 'node1', service: 'heat-api', status: 'UP', sessions: 0 },
        { node: 'node2', service: 'heat-api', status, sessions: 0 },
      ],
    });
  sampled(15, drained ? 'DRAIN' : 'UP');
  story.at(20).stopping('node2/heat-api').at(21).stopped('node2/heat-api');
  sampled(22, 'DOWN');
  story.at(22).started('node2/heat-api').at(36).serving('node2/heat-api');
  const usage = (second: number, cpu: number, machine = 0.6): Story =>
    story.add({
      type: 'usage-sampled',
      at: second * 1000,
      containers: [
        {
          container: 'node1/heat-api',
          cpu,
          ...(waited === null ? {} : { waited }),
          memoryBytes: 1,
        },
      ],
      machine: { cores: 2, busy: machine, runnable: 9 },
    });
  for (const second of [6, 8, 10, 12]) usage(second, 0.5);
  for (const second of [20, 22, 24, 26, 28, 30, 32]) usage(second, used, busy);
  story.at(30).request('5xx-balancer', { id: 'req-untaken', status: 503 }, 0.1);
  return story.at(32).request('served', { server: 'node1/heat-api' });
}

test('an API that takes no requests during its swap is not a loss if the lab had too little CPU time', (t) => {
  const { noise, failed, titles } = lostIn(heldForDeadBesideDrained());
  t.true(noise);
  t.is(failed, 0);
  t.true(titles.some((title) => title.includes('could not carry the load')));
});

test('an API that hangs uses little CPU time, and one that loops waits for no core: both count against the subject', (t) => {
  t.is(lostIn(heldForDeadBesideDrained({ used: 0.3 })).failed, 1);
  t.is(lostIn(heldForDeadBesideDrained({ waited: 0.2 })).failed, 1);
});

test('if the kernel does not count the waiting time, all cores must have been in use', (t) => {
  t.is(lostIn(heldForDeadBesideDrained({ waited: null })).failed, 1);
  t.is(lostIn(heldForDeadBesideDrained({ waited: null, busy: 1.9 })).failed, 0);
});

test('the loss counts against the subject if the swapped API was in rotation', (t) => {
  t.is(lostIn(heldForDeadBesideDrained({ drained: false })).failed, 1);
});

test('a service that gave up after a long wait without CPU time does not count against the subject; a quick error does', (t) => {
  const answered = (seconds: number, cpu = 0.5): number => {
    const story = new Story({ hold: ['1.1 hold'] });
    story.at(2).serving('node1/heat-api', OLD).at(5).requests(20).controls(60).step('1.1');
    for (let second = 6; second <= 80; second += 2) {
      story.add({
        type: 'usage-sampled',
        at: second * 1000,
        containers: [
          {
            container: 'node1/heat-api',
            cpu: second < 10 ? 0.5 : cpu,
            waited: 0.5,
            memoryBytes: 1,
          },
        ],
        machine: { cores: 2, busy: 0.6, runnable: 9 },
      });
    }
    story.at(10 + seconds).request('5xx-service', { id: 'req-untaken', status: 500 }, seconds);
    return lostIn(story.at(81).request('served')).failed;
  };
  t.is(answered(60), 0);
  t.is(answered(60, 0.2), 1);
  t.is(answered(5), 1);
});

test('a run that lost a request to a machine that could not carry the load proves no lossless upgrade', (t) => {
  const story = jammed().at(50).requests(200).at(50).controls(300);
  story.at(60).swapped('node1/heat-engine').at(220).request().finished();
  const { tags, api, noise } = judge(story.events);
  t.like(noise, { tooNoisy: false });
  t.deepEqual([api.failed, api.noise.requests, api.noise.doubtful], [0, 1, 0]);
  const found = tags['supports-zero-downtime-upgrade'].clauses.find(
    ({ id }) => id === 'no-request-lost',
  );
  t.is(found?.status, 'not-proven');
  t.regex(
    found?.evidence[0] ?? '',
    /^This machine could not carry the load: 1 request .*rate=0\.1/,
  );
});

test('a wrong answer in a jam is the subject’s', (t) => {
  for (const [outcome, status] of [
    ['wrong-body', 200],
    ['unexpected-status', 404],
  ] as const) {
    t.is(lostIn(jammedWithout().at(35).request(outcome, { status }, 0.1)).failed, 1, outcome);
  }
});

test('a full API that waits for a broker that is gone is no overload, however busy the machine', (t) => {
  const story = jammed();
  const change = { type: 'container-changed', container: 'rabbitmq-1' } as const;
  story.add({ ...change, at: 28_000, change: 'exited', exitCode: 0 });
  story.add({ ...change, at: 44_000, change: 'started' });
  const { noise, failed, titles } = lostIn(story);
  t.false(noise);
  t.is(failed, 1);
  t.true(
    titles.some((title) => title.startsWith('rabbitmq-1 was stopped for 16.0 s; 1 request lost')),
  );
});
