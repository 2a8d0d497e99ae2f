import test from 'ava';
import { judge } from '../../../../src/verdict/judge.ts';
import type { Verdict } from '../../../../src/verdict/schema/verdict.ts';
import { causesOf } from '../../causes/causes-of.ts';
import { OLD, Story } from '../../stream.ts';

const ENGINE = 'node1/heat-engine';

/** An engine that is stopped from the 10th second to the 15th, in step 1.2. */
function stopped(exitCode = 0): Story {
  const story = new Story({ faults: ['1.1 hold', `1.2 stop @${ENGINE}`, '1.3 hold'] });
  story.at(5).serving(ENGINE, OLD, 'engine-id-1').at(6).step('1.1').at(9).done('1.1', 3);
  return story.at(9.5).step('1.2').at(10).stopping(ENGINE).at(15).stopped(ENGINE, OLD, exitCode);
}

function stuck(story: Story, name: string, haltedAt = 12): Story {
  story.at(8).accepted('create', name);
  return story.at(60).settled('create', name, 'stuck', { lastProgressAt: haltedAt * 1000 });
}

test('a dropped message explains a stuck stack: the engine, the step, the message and the option are named', (t) => {
  const story = stuck(stopped(), 'a');
  story.at(12).droppedMessage(ENGINE, { request: 'req-create-a', message: 'm-1' });
  const [cause, ...others] = causesOf(story);
  t.deepEqual(others, []);
  t.like(cause, {
    kind: 'work-dropped-by-stopping-engine',
    node: 'node1',
    service: 'heat-engine',
    version: OLD.version,
    step: '1.2',
    firstAt: 12_000,
    count: 1,
    unit: 'stacks',
    avoidedBy: 'use_queue_manager = true',
    sample: 'received message with unique_id: message-1',
    evidence: [
      'node1/heat-engine (engine engine-id-1) was asked to stop at 10.0 s and had exited at 15.0 s, exit status 0.',
      'Shown by 1 message that node1/heat-engine acknowledged at 12.0 s, after it was asked to stop, and never took up: m-1; the first was sent by node2/heat-engine at 11.0 s to engine_worker.',
      'Stuck because of their own messages: a (m-1 from node2/heat-engine).',
    ],
  });
});

test('a dropped message counts more than an event that was near in time', (t) => {
  const story = stuck(stopped(), 'a', 40).at(40).refused('node2/heat-engine');
  story.at(12).droppedMessage(ENGINE, { request: 'req-create-a' });
  t.like(causesOf(story)[0], { kind: 'work-dropped-by-stopping-engine', count: 1 });
});

test('a message of another request explains nothing: the time decides, and the evidence says so', (t) => {
  const story = stuck(stopped(), 'a').at(12).droppedMessage(ENGINE, { request: 'req-other' });
  const [cause] = causesOf(story);
  t.like(cause, { kind: 'work-dropped-by-stopping-engine', count: 1 });
  t.regex(
    cause?.evidence.join('\n') ?? '',
    /These times make it the cause; no log line names the single messages/,
  );
});

test('stacks attributed by proof and by time count with the same stop', (t) => {
  const story = stuck(stuck(stopped(), 'a'), 'b');
  story.at(12).droppedMessage(ENGINE, { request: 'req-create-a' });
  t.like(causesOf(story), [{ kind: 'work-dropped-by-stopping-engine', count: 2 }]);
});

test('each of two stops of one engine has its own cause', (t) => {
  const story = stopped().done('1.2').at(16).started(ENGINE, OLD).at(18).serving(ENGINE, OLD);
  story.at(19).step('1.3').at(20).stopping(ENGINE).at(25).stopped(ENGINE);
  stuck(stuck(story, 'a', 12), 'b', 22);
  story.at(12).droppedMessage(ENGINE, { request: 'req-create-a' });
  story.at(22).droppedMessage(ENGINE, { request: 'req-create-b' });
  t.deepEqual(
    causesOf(story).map(({ id, step }) => [id, step]),
    ['1-2', '1-3'].map((step) => [
      `work-dropped-by-stopping-engine-node1-heat-engine-24-0-0-step-${step}`,
      step.replace('-', '.'),
    ]),
  );
});

/** A stack and a request whose messages were dropped; the request waits for a minute. */
function lost(): Story {
  const story = stuck(stopped(), 'a').at(12);
  story.droppedMessage(ENGINE, { request: 'req-create-a' });
  return story.droppedMessage(ENGINE, { request: 'req-lost', topic: 'engine' });
}

test('requests whose message was dropped count with the stacks; their log lines are no cause', (t) => {
  const story = lost().at(72).request('5xx-service', { id: 'req-lost', status: 500 }, 60);
  const line = { signature: 'messaging-timeout', request: 'req-lost' } as const;
  story.logged('node1/heat-api', OLD.version, line);
  const { causes, api } = judge(story.events);
  t.is(causes.length, 1);
  t.like(causes[0], { count: 1, unit: 'stacks', step: '1.2' });
  t.regex(causes[0]?.title ?? '', /; 1 request too$/);
  t.like(api.lost, [{ causeId: causes[0]?.id ?? '', noise: false }]);
  t.regex(api.lost[0]?.cause ?? '', /500 from the service: node1\/heat-engine took its message/);
});

test('a log line of a request that was lost in another way is the reason for that loss', (t) => {
  const story = lost().at(72).request('5xx-service', { id: 'req-other', status: 500 }, 60);
  const line = { signature: 'messaging-timeout', request: 'req-other' } as const;
  story.logged('node1/heat-api', OLD.version, line);
  t.deepEqual(
    causesOf(story).map(({ kind }) => kind),
    ['work-dropped-by-stopping-engine', 'requests-lost'],
  );
});

test('a request whose message was dropped is not lost to noise, however noisy it was', (t) => {
  const noisy = (story: Story): Verdict['api'] => {
    story.at(72).control('timeout', 55).request('timeout', { id: 'req-lost' }, 60);
    return judge(story.events).api;
  };
  t.like(noisy(lost()), { failed: 1, noise: { requests: 0 } });
  t.like(noisy(new Story()), { failed: 0, noise: { requests: 1 } });
});

test('if only requests were lost, they are the harm of the cause', (t) => {
  const story = stopped().at(12).droppedMessage(ENGINE, { request: 'req-lost', topic: 'engine' });
  story.at(72).request('timeout', { id: 'req-lost' }, 60);
  t.like(causesOf(story), [
    { kind: 'work-dropped-by-stopping-engine', harm: 'requests-lost', count: 1, unit: 'requests' },
  ]);
});

test('a refused message explains the stack of its request, whatever the time', (t) => {
  const story = new Story().at(20).swapped('node1/heat-engine');
  const refusal = { signature: 'rpc-version-refused', avoidedBy: 'a new vhost' };
  for (const name of ['a', 'b']) {
    story.at(40).logged('node2/heat-engine', OLD.version, {
      ...refusal,
      request: `req-create-${name}`,
    });
  }
  const [cause, ...others] = causesOf(stuck(stuck(story, 'a', 10), 'b', 40));
  t.deepEqual(others, []);
  t.like(cause, {
    kind: 'work-refused-after-acknowledgement',
    count: 2,
    avoidedBy: 'a new vhost',
    evidence: [
      '2 refusals in the logs of node2, at 40.0 s.',
      'The refused message was their own: a at 10.0 s, b at 40.0 s.',
    ],
  });
});

test('a refusal whose stack is known does not explain another', (t) => {
  const story = new Story().at(8).accepted('create', 'done').at(9).settled('create', 'done');
  const refusal = { signature: 'rpc-version-refused', request: 'req-create-done' } as const;
  story.at(12).logged('node2/heat-engine', OLD.version, refusal);
  t.like(causesOf(stuck(story, 'a', 12))[0], { kind: 'stuck-unexplained', count: 1 });
});

test('a part held by an engine that has ended is a separate cause', (t) => {
  const story = stopped(137).at(8).accepted('create', 'a').at(60);
  story.settled('create', 'a', 'stuck', {
    status: 'CREATE_IN_PROGRESS',
    lastProgressAt: 11_000,
    unfinished: [
      { part: 'r1', status: 'CREATE_IN_PROGRESS', heldBy: 'node1 engine-id-1 (gone)' },
      { part: 'r2', status: 'INIT_COMPLETE' },
    ],
  });
  t.like(causesOf(story), [
    {
      kind: 'work-held-by-gone-engine',
      node: 'node1',
      step: '1.2',
      firstAt: 15_000,
      count: 1,
      avoidedBy: null,
      evidence: [
        'node1/heat-engine (engine engine-id-1) was asked to stop at 10.0 s and had exited at 15.0 s, exit status 137.',
        "By the subject's own records it still holds r1 of a (CREATE_IN_PROGRESS).",
      ],
    },
  ]);
});

test('a record that blocks stacks is a separate cause, whatever stops nearby', (t) => {
  const story = stopped();
  const blocked = { by: 'a record is unread', detail: 'old beside new', avoidedBy: 'a new vhost' };
  for (const object of ['a', 'b']) {
    story
      .at(11)
      .accepted('create', object)
      .at(60)
      .settled('create', object, 'stuck', {
        lastProgressAt: 12_000,
        unfinished: [{ part: 'r2', status: 'INIT_COMPLETE', blocked }],
      });
  }
  t.like(causesOf(story), [
    {
      kind: 'work-blocked-by-record',
      title: 'Work waits for ever: a record is unread',
      harm: 'stacks-stuck',
      count: 2,
      avoidedBy: 'a new vhost',
      evidence: [
        'They came to a halt: a at 12.0 s, b at 12.0 s.',
        "By the subject's own records: r2 of a: old beside new, r2 of b: old beside new.",
      ],
    },
  ]);
});

test('work held by a running engine is not held by one that has gone', (t) => {
  const story = stopped().at(5).serving('node2/heat-engine', OLD, 'engine-id-2');
  story
    .at(8)
    .accepted('create', 'a')
    .at(60)
    .settled('create', 'a', 'stuck', {
      lastProgressAt: 50_000,
      unfinished: [{ part: 'r1', status: 'CREATE_IN_PROGRESS', heldBy: 'node2 engine-id-2' }],
    });
  t.like(causesOf(story), [{ kind: 'stuck-unexplained' }]);
});

test('no option helps against an engine that ended without a request to stop', (t) => {
  const story = new Story({ one: ['1.1 hold'] }).at(1).step('1.1').at(12);
  story.droppedMessage(ENGINE, { request: 'req-create-a' }).at(13).stopped(ENGINE, OLD, 137);
  const [cause] = causesOf(stuck(story, 'a'));
  t.like(cause, { kind: 'work-dropped-by-stopping-engine', avoidedBy: null });
  t.regex(cause?.title ?? '', /on node1 ended and dropped work/);
});
