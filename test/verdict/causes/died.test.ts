import test from 'ava';
import { judge } from '../../../src/verdict/judge.ts';
import { NEW, OLD, Story } from '../stream.ts';
import { causeCounts } from './causes-of.ts';

const ENGINE = 'node1/heat-engine';
const DIED = {
  signature: 'child-died',
  title: 'A process of the service ended by itself, and another was started',
  sample: 'Child 17 exited with status 3',
};

/** Two stacks that come to a halt at 30 s, after an engine was swapped; one at 50 s. */
function halted(died: readonly number[]): Story {
  const story = new Story({ swap: ['1.1 swap'] }).at(5).requests(20).step('1.1');
  story.at(10).swapped(ENGINE).at(25);
  for (const name of ['a', 'b', 'c']) story.accepted('create', name);
  for (const at of died) story.at(at).logged(ENGINE, NEW.version, DIED);
  for (const name of ['a', 'b']) {
    story.at(90).settled('create', name, 'stuck', { lastProgressAt: 30_000 });
  }
  return story.settled('create', 'c', 'stuck', { lastProgressAt: 50_000 });
}

test('work that came to a halt when a process of an engine ended by itself was lost with it', (t) => {
  const story = halted([31, 31.5, 70]);
  t.deepEqual(causeCounts(story), [
    'work-lost-with-process 2 stacks',
    'stuck-unexplained 1 stacks',
  ]);
  const [cause] = judge(story.events).causes;
  t.is(
    cause?.title,
    `A process of heat-engine ${NEW.version} ended by itself, and its work was lost`,
  );
  t.like(cause, { node: 'node1', service: 'heat-engine', sample: DIED.sample, victim: 'a' });
  t.regex(cause?.evidence.join('\n') ?? '', /node1\/heat-engine at 31\.0 s\./);
});

test('without a halted stack, the exit of a process is an error in a log', (t) => {
  const story = new Story({ swap: ['1.1 swap'] }).at(5).requests(20).step('1.1');
  story.at(10).swapped(ENGINE).at(30).logged(ENGINE, NEW.version, DIED);
  t.deepEqual(causeCounts(story), ['child-died 1 log lines']);
});

test('a process that ended while its service was being stopped counts with the stop', (t) => {
  const story = new Story({ swap: ['1.1 swap'] }).at(5).requests(20).step('1.1');
  story.at(8).accepted('create', 'a').at(10).stopping(ENGINE);
  story.at(11).logged(ENGINE, NEW.version, DIED).at(12).stopped(ENGINE);
  story.at(60).settled('create', 'a', 'stuck', { lastProgressAt: 10_000 });
  t.true(causeCounts(story).includes('work-dropped-by-stopping-engine 1 stacks'));
});

const WAITING = ['req-a', 'req-b'] as const;

/** Requests that wait for `list_stacks` of an engine whose process ends at 31 s. */
function waiting(story: Story): Story {
  for (const id of WAITING) story.at(30).taken(id, ENGINE, NEW.version);
  story.at(31).logged(ENGINE, NEW.version, DIED).at(90);
  for (const id of WAITING) story.request('5xx-service', { id, status: 504 }, 60);
  return story.logged('node1/heat-api', NEW.version, {
    signature: 'no-reply',
    title: 'no reply in time',
    request: 'req-a',
    sample: 'MessagingTimeout: Timed out waiting for a reply to message ID 1',
  });
}

function swappedAt10(): Story {
  const story = new Story({ swap: ['1.1 swap'] }).at(5).requests(20).step('1.1');
  return story.at(10).swapped(ENGINE).at(25);
}

test('requests that a process had taken when it ended were lost with it', (t) => {
  const { causes, api } = judge(waiting(swappedAt10()).events);
  t.deepEqual(
    causes.map(({ kind, count, unit, harm }) => [kind, count, unit, harm]),
    [['work-lost-with-process', 2, 'requests', 'requests-lost']],
  );
  t.like(causes[0], {
    node: 'node1',
    service: 'heat-engine',
    version: NEW.version,
    sample: DIED.sample,
    victim: 'req-a',
    title: `A process of heat-engine ${NEW.version} ended by itself, and its work was lost`,
  });
  t.regex(
    causes[0]?.evidence.join('\n') ?? '',
    /2 requests got no answer.*req-a of 30\.0 s, req-b of 30\.0 s/,
  );
  t.deepEqual([...new Set(api.lost.map(({ causeId }) => causeId))], [causes[0]?.id]);
  t.regex(
    api.lost[0]?.cause ?? '',
    /node1\/heat-engine had taken its call when its process ended$/,
  );
});

test('stacks and requests that were lost with one process are one cause', (t) => {
  const story = waiting(swappedAt10().accepted('create', 'a'));
  story.at(91).settled('create', 'a', 'stuck', { lastProgressAt: 30_000 });
  t.deepEqual(causeCounts(story), ['work-lost-with-process 1 stacks']);
  const [cause] = judge(story.events).causes;
  t.regex(cause?.title ?? '', /and its work was lost; 2 requests too$/);
  t.regex(cause?.evidence.join('\n') ?? '', /1 stack came to a halt[^]*2 requests got no answer/);
});

test('a request is not lost with a process that did not take its call, ran at another time, or died later', (t) => {
  const late = swappedAt10().at(31).logged(ENGINE, NEW.version, DIED).at(32);
  late.taken('req-late', ENGINE, NEW.version).at(90);
  late.request('5xx-service', { id: 'req-late', status: 504 }, 60);
  const other = swappedAt10().at(30).taken('req-other', 'node2/heat-engine', OLD.version);
  other.at(31).logged(ENGINE, NEW.version, DIED).at(90);
  other.request('5xx-service', { id: 'req-other', status: 504 }, 60);
  const before = new Story({ swap: ['1.1 swap'] }).at(5).requests(20).step('1.1').at(9);
  before.taken('req-before', ENGINE, OLD.version).at(10).swapped(ENGINE).at(31);
  before.logged(ENGINE, NEW.version, DIED).at(68);
  before.request('5xx-service', { id: 'req-before', status: 504 }, 60);
  const after = swappedAt10().at(30).taken('req-after', ENGINE, NEW.version).at(40);
  after.request('timeout', { id: 'req-after' }, 10).at(50).logged(ENGINE, NEW.version, DIED);
  for (const story of [late, other, before, after]) {
    t.false(causeCounts(story).some((cause) => cause.startsWith('work-lost-with-process')));
  }
});

test('a request whose last call another engine took is not lost with the first one’s process', (t) => {
  const story = swappedAt10().at(30).taken('req-a', ENGINE, NEW.version, 'identify_stack').at(30.1);
  story.taken('req-a', 'node2/heat-engine', OLD.version, 'show_stack');
  story.at(31).logged(ENGINE, NEW.version, DIED).at(90);
  story.request('5xx-service', { id: 'req-a', status: 504 }, 60);
  t.false(causeCounts(story).some((cause) => cause.startsWith('work-lost-with-process')));
});

test('a request that an engine answered with an error is not lost with its process', (t) => {
  const story = swappedAt10().at(30).taken('req-a', ENGINE, NEW.version);
  story.at(30.5).logged(ENGINE, NEW.version, { request: 'req-a' });
  story.at(31).logged(ENGINE, NEW.version, DIED).at(31.2);
  story.request('5xx-service', { id: 'req-a', status: 500 }, 1.2);
  t.true(causeCounts(story).includes('requests-lost 1 requests'));
});

test('a served request is never lost with a process', (t) => {
  const story = swappedAt10().at(30).taken('req-a', ENGINE, NEW.version);
  story.at(31).logged(ENGINE, NEW.version, DIED).at(32).request('served', { id: 'req-a' }, 2);
  t.deepEqual(causeCounts(story), ['child-died 1 log lines']);
});
