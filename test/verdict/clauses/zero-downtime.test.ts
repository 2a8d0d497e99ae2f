import test from 'ava';
import { Story } from '../stream.ts';
import { clauseIn } from './read.ts';

const TAG = 'supports-zero-downtime-upgrade';
const LOSSLESS = 'no-request-lost';
const COMPLETED = 'every-accepted-operation-completed';

/** A minute that is noise by more than a tenth, with as many requests as are needed to judge. */
function noisy(): Story {
  const story = new Story().at(1).requests(200).at(1).controls(120);
  for (const at of [20, 25, 30, 35]) story.at(at).control('timeout', 4);
  return story;
}

test('no-request-lost: in a run too noisy to judge, one loss other than a time-out is enough to fail', (t) => {
  const story = noisy().at(45).request('timeout', {}, 2);
  t.is(clauseIn(story, TAG, LOSSLESS)?.status, 'not-proven');
  story.at(46).request('5xx-service', { status: 500 });
  t.is(clauseIn(story, TAG, LOSSLESS)?.status, 'failed');
});

test('no-request-lost: noise does not excuse many time-outs that it did not touch', (t) => {
  const lost = (count: number, from: number) => {
    const story = noisy();
    for (let index = 0; index < count; index += 1) {
      story.at(from + index / 10).request('timeout', {}, 2);
    }
    return clauseIn(story, TAG, LOSSLESS);
  };
  t.is(lost(5, 45)?.status, 'not-proven', 'a few may be noise that no control showed');
  t.is(lost(6, 45)?.status, 'failed');
  t.is(lost(9, 26)?.status, 'not-proven', 'beside slow controls');
  const long = noisy();
  for (let index = 0; index < 6; index += 1) long.at(90 + index).request('timeout', {}, 60);
  const found = clauseIn(long.at(91).controls(60), TAG, LOSSLESS);
  t.is(found?.status, 'failed', 'a minute, of which the noise was less than a tenth');
});

test('no-request-lost: a loss to noise in a run too noisy to judge leaves it open, with the reason', (t) => {
  const found = clauseIn(noisy().at(35).request('timeout', {}, 4), TAG, LOSSLESS);
  t.is(found?.status, 'not-proven');
  t.regex(found?.evidence[0] ?? '', /^The machine or the harness was slow or out of reach/);
});

test('no-request-lost: a time-out on an idle machine fails', (t) => {
  const story = new Story()
    .at(1)
    .requests(200)
    .at(1)
    .controls(120)
    .at(45)
    .request('timeout', {}, 2);
  t.is(clauseIn(story, TAG, LOSSLESS)?.status, 'failed');
});

for (const outcome of ['stuck', 'failed', 'lost'] as const) {
  test(`every-accepted-operation-completed: one that is ${outcome} is enough to fail`, (t) => {
    const story = new Story().at(1).accepted('create', 'a').settled('create', 'a');
    story.accepted('create', 'b').at(9).settled('create', 'b', outcome);
    t.is(clauseIn(story, TAG, COMPLETED)?.status, 'failed');
  });
}

test('all-arrivals-sent: a probe of a watch that sent nothing leaves it open', (t) => {
  const watched = { cloud: 'c', endpoint: 'e', project: 'p', probes: ['list/new', 'show/new'] };
  const story = new Story({}, { watched }).at(1).requests(100);
  const id = 'all-arrivals-sent';
  t.is(clauseIn(story, TAG, id)?.status, 'not-proven');
  t.is(clauseIn(story.requests(5, { probe: 'show' }), TAG, id)?.status, 'proven');
});

test('resources-reachable: a stack that the API no longer knows is out of reach', (t) => {
  const story = new Story().at(1).accepted('create', 'a').settled('create', 'a').at(5);
  story.accepted('update', 'a').at(9).settled('update', 'a', 'lost');
  const found = clauseIn(story, 'supports-accessible-upgrade', 'resources-reachable');
  t.deepEqual([found?.status, found?.evidence[0]], ['failed', 'No longer known: a.']);
});

test('no-slowdown: if nothing was swapped, or the intervals allow either result, nothing is shown', (t) => {
  const found = clauseIn(
    new Story().at(1).requests(200).finished(),
    'supports-zero-impact-upgrade',
    'no-slowdown',
  );
  t.deepEqual([found?.status, found?.evidence[0]], ['not-proven', 'Nothing was swapped.']);
});

const EXPLAINED = {
  'a message of its own that a stopping engine dropped': (story: Story) =>
    story.at(46).droppedMessage('node1/heat-engine', { request: 'req-1', sentAt: 44_000 }),
  'a reply that another service took': (story: Story) =>
    story.at(46).misdelivered('node2/heat-engine', { request: 'req-1' }),
  'a process that ended with its call': (story: Story) =>
    story
      .at(44)
      .taken('req-1', 'node2/heat-engine', '24.0.0')
      .at(45)
      .logged('node2/heat-engine', '24.0.0', { signature: 'child-died' }),
} as const;
for (const [what, write] of Object.entries(EXPLAINED)) {
  test(`no-request-lost: a time-out with ${what} fails, however noisy the run`, (t) => {
    const story = noisy()
      .at(43.5)
      .stopping('node1/heat-engine')
      .at(47)
      .stopped('node1/heat-engine');
    story.at(50).request('timeout', { id: 'req-1' }, 6);
    t.is(clauseIn(story, TAG, LOSSLESS)?.status, 'not-proven', 'without it');
    t.is(clauseIn(write(story), TAG, LOSSLESS)?.status, 'failed');
  });
}
