import test from 'ava';
import { judge } from '../../../src/verdict/judge.ts';
import { OLD, Story } from '../stream.ts';
import { causeCounts } from './causes-of.ts';

const ENGINE = 'node1/heat-engine';
const NO_DEFAULT = {
  signature: 'traceback-operational-error',
  title: "Field 'origin' doesn't have a default value",
  sample: "(1364, \"Field 'origin' doesn't have a default value\")",
};

/** A stack that comes to a halt while an engine is being stopped. */
function halted(name = 'rollgate-1-2-quick'): Story {
  const story = new Story({ swap: ['1.1 swap'] });
  story.at(5).requests(20).step('1.1').at(8).accepted('create', name);
  story.at(10).stopping(ENGINE).at(12).stopped(ENGINE);
  story.at(40).settled('create', name, 'stuck', { lastProgressAt: 10_000 });
  return story;
}

test('a verdict quotes the beginning of an error of 65 kB', (t) => {
  const story = new Story({ swap: ['1.1 swap'] }).at(5).requests(20).step('1.1');
  story.at(8).accepted('update', 'one').at(20);
  story.settled('update', 'one', 'failed', { status: `UPDATE_FAILED: ${'long '.repeat(13_000)}` });
  const [cause] = judge(story.events).causes;
  t.is(cause?.sample.length, 2000);
  t.regex(cause?.sample ?? '', /^one: UPDATE_FAILED: long .*…$/);
});

test('an error that names the stack’s request counts more than a stop that was only near', (t) => {
  const story = halted();
  story.at(9).logged('node2/heat-engine', OLD.version, {
    ...NO_DEFAULT,
    request: 'req-create-rollgate-1-2-quick',
  });
  t.deepEqual(causeCounts(story), ['work-failed-in-engine 1 stacks']);
  const [cause] = judge(story.events).causes;
  t.is(
    cause?.title,
    `heat-engine ${OLD.version} failed at work and left it unfinished: ${NO_DEFAULT.title}`,
  );
  t.like(cause, { node: 'node2', service: 'heat-engine', sample: NO_DEFAULT.sample });
});

test('an error with the stack’s name counts more too, but not one with a longer name', (t) => {
  const line = (name: string): Story =>
    halted()
      .at(9)
      .logged('node2/heat-engine', OLD.version, {
        ...NO_DEFAULT,
        sample: `Stack "${name}": ${NO_DEFAULT.sample}`,
      });
  t.deepEqual(causeCounts(line('rollgate-1-2-quick')), ['work-failed-in-engine 1 stacks']);
  t.false(causeCounts(line('rollgate-1-2-quicker')).includes('work-failed-in-engine 1 stacks'));
});

test('an error with the object’s identity counts more too, if the ledger knows the identity', (t) => {
  const identity = '6c2b3ad6-6a0c-4f5a-9d94-1a0a3e9d3f10';
  const story = new Story({ swap: ['1.1 swap'] }).at(5).requests(20).step('1.1').at(8);
  story.accepted('deploy', 'rollgate-1-2', 'node1/heat-api', { identity });
  story.at(10).stopping(ENGINE).at(12).stopped(ENGINE);
  story.at(40).settled('deploy', 'rollgate-1-2', 'stuck', { lastProgressAt: 10_000 });
  story.at(9).logged('node2/heat-engine', OLD.version, {
    ...NO_DEFAULT,
    sample: `Node ${identity}: ${NO_DEFAULT.sample}`,
  });
  t.deepEqual(causeCounts(story), ['work-failed-in-engine 1 stacks']);
});

test('a line that was logged long after the halt, or by an api, is not the reason', (t) => {
  const request = 'req-create-rollgate-1-2-quick';
  for (const story of [
    halted()
      .at(60)
      .logged('node2/heat-engine', OLD.version, { ...NO_DEFAULT, request }),
    halted()
      .at(9)
      .logged('node2/heat-api', OLD.version, { ...NO_DEFAULT, request }),
  ]) {
    t.true(causeCounts(story).includes('work-dropped-by-stopping-engine 1 stacks'));
  }
});

test('the stack’s own dropped message is the stronger proof', (t) => {
  const request = 'req-create-rollgate-1-2-quick';
  const story = halted()
    .at(9)
    .logged('node2/heat-engine', OLD.version, { ...NO_DEFAULT, request });
  story.at(11).droppedMessage(ENGINE, { request });
  t.true(causeCounts(story).includes('work-dropped-by-stopping-engine 1 stacks'));
});

/** Stacks that failed while an engine of the target logged an error about the first of them. */
function failing(): Story {
  const story = new Story({ swap: ['1.1 swap'] }).at(5).requests(20);
  for (const [action, name] of [
    ['create', 'a'],
    ['update', 'b'],
  ] as const) {
    story.at(8).accepted(action, name);
    const status = `${action.toUpperCase()}_FAILED: 'NoneType' object has no attribute 'x'`;
    story.at(10).settled(action, name, 'failed', { status });
  }
  return story;
}

test('of the creation and the deletion of a stack that failed, the deletion’s error is the reason', (t) => {
  const story = new Story({ swap: ['1.1 swap'] }).at(5).requests(20);
  story.at(8).accepted('create', 'a').accepted('delete', 'a');
  for (const [signature, action] of [
    ['not-found', 'create'],
    ['database-row-changed', 'delete'],
  ] as const) {
    const request = `req-${action}-a` as const;
    story.at(9).logged('node2/heat-engine', OLD.version, {
      signature,
      title: signature,
      sample: signature,
      request,
    });
  }
  const status = 'DELETE_FAILED: (1020, "Record has changed")';
  story.at(10).settled('delete', 'a', 'failed', { status });
  story.settled('create', 'a', 'failed', { status });
  const [cause] = judge(story.events).causes;
  t.is(cause?.title, `Stacks failed: heat-engine ${OLD.version} logged “database-row-changed”`);
});

test('stacks that failed with one logged error are one cause, with engine, version and error', (t) => {
  const request = 'req-create-a';
  const error = { signature: 'attribute-error', title: 'AttributeError: no x', sample: 'x' };
  const story = failing();
  story.at(9).logged('node2/heat-engine', OLD.version, { ...error, request });
  story.at(9.1).logged('node2/heat-engine', OLD.version, {
    ...error,
    signature: 'message-handling',
    title: 'Exception during message handling',
    request,
  });
  t.deepEqual(
    causeCounts(story),
    ['stack-failed 2 stacks'],
    'the second line is of the same error',
  );
  const [cause] = judge(story.events).causes;
  t.is(cause?.title, `Stacks failed: heat-engine ${OLD.version} logged “AttributeError: no x”`);
  t.like(cause, { node: 'node2', service: 'heat-engine', version: OLD.version });
  t.deepEqual(cause?.evidence, [
    'Stacks: a (create), b (update).',
    'The engine’s log names 1 of them with the error; the others failed with the same words.',
  ]);
});

test('an error about another request does not explain a failed stack', (t) => {
  const story = failing();
  story.at(9).logged('node2/heat-engine', OLD.version, { ...NO_DEFAULT, request: 'req-other' });
  t.deepEqual(causeCounts(story).slice(0, 2), ['stack-failed 1 stacks', 'stack-failed 1 stacks']);
});
