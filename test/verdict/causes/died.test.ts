import test from 'ava';
import { judge } from '../../../src/verdict/judge.ts';
import { NEW, Story } from '../stream.ts';

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

function causesOf(story: Story): readonly string[] {
  return judge(story.events).causes.map(({ kind, count, unit }) => `${kind} ${count} ${unit}`);
}

test('work that came to a halt when a process of an engine ended by itself was lost with it', (t) => {
  const story = halted([31, 31.5, 70]);
  t.deepEqual(causesOf(story), ['work-lost-with-process 2 stacks', 'stuck-unexplained 1 stacks']);
  const [cause] = judge(story.events).causes;
  t.is(
    cause?.title,
    `A process of heat-engine ${NEW.version} ended by itself, and its work was lost`,
  );
  t.like(cause, { node: 'node1', service: 'heat-engine', sample: DIED.sample, victim: 'a' });
  t.regex(cause?.evidence.join('\n') ?? '', /node1\/heat-engine at 31\.0 s\./);
});

test('without a stack that came to a halt, the end of a process is an error in a log', (t) => {
  const story = new Story({ swap: ['1.1 swap'] }).at(5).requests(20).step('1.1');
  story.at(10).swapped(ENGINE).at(30).logged(ENGINE, NEW.version, DIED);
  t.deepEqual(causesOf(story), ['child-died 1 log lines']);
});

test('a process that ended while its service was being stopped counts with the stop', (t) => {
  const story = new Story({ swap: ['1.1 swap'] }).at(5).requests(20).step('1.1');
  story.at(8).accepted('create', 'a').at(10).stopping(ENGINE);
  story.at(11).logged(ENGINE, NEW.version, DIED).at(12).stopped(ENGINE);
  story.at(60).settled('create', 'a', 'stuck', { lastProgressAt: 10_000 });
  t.true(causesOf(story).includes('work-dropped-by-stopping-engine 1 stacks'));
});
