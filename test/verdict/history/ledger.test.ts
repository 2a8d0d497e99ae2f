import test from 'ava';
import { judge } from '../../../src/verdict/judge.ts';
import { OLD, Story } from '../stream.ts';

test('a stack counts once, by the worst outcome of its operations', (t) => {
  const story = new Story()
    .at(1)
    .accepted('create', 'a')
    .settled('create', 'a')
    .accepted('update', 'a')
    .settled('update', 'a', 'stuck')
    .accepted('create', 'b')
    .settled('create', 'b', 'failed')
    .accepted('delete', 'b')
    .settled('delete', 'b', 'lost')
    .accepted('create', 'c')
    .settled('create', 'c');
  const { stacks, operations } = judge(story.events);
  t.deepEqual(stacks, { accepted: 3, completed: 1, stuck: 1, failed: 0, lost: 1, unsettled: 0 });
  t.deepEqual(operations, {
    accepted: 5,
    completed: 2,
    stuck: 1,
    failed: 1,
    lost: 1,
    unsettled: 0,
  });
});

test('an accepted operation that never settled is unknown, and not completed', (t) => {
  const story = new Story()
    .at(1)
    .accepted('create', 'a')
    .settled('create', 'a')
    .accepted('delete', 'a');
  t.like(judge(story.events).stacks, { accepted: 1, completed: 0, unsettled: 1 });
});

test('the matrix shows which version made a stack and which changed it', (t) => {
  const story = new Story()
    .at(1)
    .accepted('create', 'a')
    .settled('create', 'a')
    .at(2)
    .swapped('node1/heat-api')
    .at(6)
    .accepted('update', 'a')
    .settled('update', 'a')
    .accepted('create', 'b')
    .settled('create', 'b')
    .accepted('delete', 'b', 'node2/heat-api')
    .settled('delete', 'b', 'failed')
    .accepted('delete', 'a');
  t.deepEqual(
    judge(story.events).matrix.map(({ madeBy, changedBy, action, completed, failed, unsettled }) =>
      [madeBy, changedBy, action, completed, failed, unsettled].join(' '),
    ),
    ['24.0.0 26.0.1 delete 0 0 1', '24.0.0 26.0.1 update 1 0 0', '26.0.1 24.0.0 delete 0 1 0'],
  );
});

const pairsOf = (story: Story): readonly string[] =>
  judge(story.events).unseenPairs.map(({ madeBy, by, action }) => `${madeBy} ${by} ${action}`);

test('the pairs of versions without a stack are named', (t) => {
  const story = new Story()
    .at(1)
    .accepted('create', 'a')
    .at(2)
    .swapped('node1/heat-api')
    .at(6)
    .accepted('replace', 'a')
    .accepted('create', 'b')
    .accepted('delete', 'b', 'node2/heat-api');
  t.deepEqual(pairsOf(story), ['24.0.0 26.0.1 delete', '26.0.1 24.0.0 change']);
  story.accepted('delete', 'a').accepted('suspend', 'b', 'node2/heat-api');
  t.deepEqual(pairsOf(story), []);
});

test('a control run has no pairs to show', (t) => {
  t.deepEqual(pairsOf(new Story({}, { target: OLD })), []);
});
