import test from 'ava';
import { judge } from '../../../src/verdict/judge.ts';
import { OLD, Story } from '../stream.ts';
import { causeCounts } from './causes-of.ts';

const ENGINE = 'node1/heat-engine';
const API = 'node1/heat-api';

interface Jam {
  /** Calls of the API that the stopping engine kept. */
  readonly calls?: number;
  /** Whether the API logged that its listen queue was full. */
  readonly full?: boolean;
}

/** An engine that stops from the 10th second on and keeps calls of an API until the 80th. */
function jam({ calls = 4, full = true }: Jam = {}): Story {
  const story = new Story({ swap: ['1.1 swap'] });
  story.at(5).requests(20).step('1.1');
  story.at(10).stopping(ENGINE);
  if (full) {
    story.at(30).logged(API, OLD.version, {
      signature: 'api-queue-full',
      title: "The API's listen queue was full",
    });
  }
  // Sent at the 31st, which no worker reads.
  story.at(31).request('5xx-balancer', { id: 'req-behind', status: 503 }, 0.1);
  for (const index of Array.from({ length: calls }).keys()) {
    const id = `req-${index}` as const;
    story.at(71).request('5xx-service', { id, server: API, status: 500 }, 60);
    // The engine reads it when the caller has long given up.
    story
      .at(80)
      .droppedMessage(ENGINE, { sender: API, sentAt: 11_000, topic: 'engine', request: id });
  }
  story.at(81).stopped(ENGINE);
  story.at(82).request('served', { server: API });
  // Sent when the API served again: lost to something else.
  story.at(83).request('5xx-balancer', { id: 'req-later', status: 503 }, 0.1);
  return story;
}

test('requests that an API cannot take while it waits for a stopping engine count as lost to that stop', (t) => {
  t.deepEqual(causeCounts(jam()), [
    'work-dropped-by-stopping-engine 5 requests',
    'requests-lost 1 requests',
  ]);
  const { causes, api } = judge(jam().events);
  const evidence = causes[0]?.evidence.join('\n') ?? '';
  t.regex(evidence, /node1\/heat-api waited for 4 calls that it kept/);
  t.regex(evidence, /its listen queue was full from 30\.0 s on, and 1 request reached no service/);
  const behind = api.lost.find(({ id }) => id === 'req-behind');
  t.is(behind?.causeId, causes[0]?.id);
  t.regex(behind?.cause ?? '', /node1\/heat-api waited for calls that node1\/heat-engine kept/);
});

/** Calls of an API that a process of an engine had taken when it ended, at the 12th second. */
function left({ calls = 4, waited = 60 } = {}): Story {
  const story = new Story({ hold: ['1.1 hold'] }).at(5).requests(20).step('1.1');
  const ids = Array.from({ length: calls }, (_, index) => `req-${index}` as const);
  for (const id of ids) story.at(11).taken(id, ENGINE, OLD.version);
  story.at(12).logged(ENGINE, OLD.version, {
    signature: 'child-died',
    title: 'A process of the service ended by itself, and another was started',
    sample: 'Child 17 exited with status 3',
  });
  story.at(30).logged(API, OLD.version, {
    signature: 'api-queue-full',
    title: "The API's listen queue was full",
  });
  story.at(31).request('5xx-balancer', { id: 'req-behind', status: 503 }, 0.1);
  story.at(11 + waited);
  for (const id of ids) story.request('5xx-service', { id, server: API, status: 500 }, waited);
  story.at(82).request('served', { server: API });
  return story.at(83).request('5xx-balancer', { id: 'req-later', status: 503 }, 0.1);
}

test('requests that an API cannot take while it waits for a dead process count as lost to that process', (t) => {
  t.deepEqual(causeCounts(left()), [
    'work-lost-with-process 5 requests',
    'requests-lost 1 requests',
  ]);
  const { causes, api } = judge(left().events);
  const evidence = causes[0]?.evidence.join('\n') ?? '';
  t.regex(evidence, /^4 requests got no answer/m);
  t.regex(
    evidence,
    /node1\/heat-api waited for 4 calls that were lost in this way, until no worker was left/,
  );
  t.regex(evidence, /its listen queue was full from 30\.0 s on, and 1 request reached no service/);
  const behind = api.lost.find(({ id }) => id === 'req-behind');
  t.is(behind?.causeId, causes[0]?.id);
  t.regex(
    behind?.cause ?? '',
    /waited for calls that were lost with a process of node1\/heat-engine/,
  );
});

test('calls that were given up before a queue was full did not fill it, nor did one call', (t) => {
  for (const story of [left({ waited: 10 }), left({ calls: 1 })]) {
    t.true(causeCounts(story).includes('requests-lost 2 requests'));
  }
});

test('a full queue alone proves nothing: requests sent then had another cause', (t) => {
  t.deepEqual(causeCounts(jam({ calls: 1 })).toSorted(), [
    'api-queue-full 1 log lines',
    'requests-lost 2 requests',
    'work-dropped-by-stopping-engine 1 requests',
  ]);
});

test('an API whose queue was never full took what was sent to it', (t) => {
  t.deepEqual(causeCounts(jam({ full: false })).toSorted(), [
    'requests-lost 2 requests',
    'work-dropped-by-stopping-engine 4 requests',
  ]);
});

test('a call that the stopping engine sent itself is named', (t) => {
  const story = jam();
  story.at(80).droppedMessage(ENGINE, {
    sender: ENGINE,
    sentAt: 12_000,
    topic: 'engine',
    request: 'req-0',
    message: 'call-to-itself',
  });
  const [cause] = judge(story.events).causes;
  t.regex(
    cause?.evidence.join('\n') ?? '',
    /It waited for itself: at 12\.0 s it sent a call of its own to engine \(call-to-itself\)/,
  );
});
