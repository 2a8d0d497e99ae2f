import test from 'ava';
import { readSteps } from '../../../src/verdict/history/steps.ts';
import { Story } from '../stream.ts';

const STAGES = {
  upgrade: ['1.1 together', '1.1.1 swap @node1/heat-api', '1.1.2 swap @node2/heat-api', '1.2 hold'],
};

function sideBySide(): Story {
  return new Story(STAGES)
    .at(1)
    .step('1.1')
    .step('1.1.1')
    .step('1.1.2')
    .at(4)
    .done('1.1.1', 3)
    .at(6)
    .done('1.1.2', 5)
    .at(8)
    .done('1.1', 7)
    .at(9)
    .step('1.2');
}

test('an instant belongs to the innermost step under way', (t) => {
  const steps = readSteps(sideBySide().events);
  t.is(steps.at(5000)?.id, '1.1.2');
  t.is(steps.at(6000)?.id, '1.1', 'its parts are done');
  t.is(steps.at(1000)?.id, '1.1.2', 'though it began at the same time');
});

test('among parallel steps, the one on the node counts', (t) => {
  const steps = readSteps(sideBySide().events);
  t.is(steps.at(2000, 'node1')?.id, '1.1.1');
  t.is(steps.at(2000, 'node2')?.id, '1.1.2');
});

test('between two steps the earlier one counts, before the first none does', (t) => {
  const steps = readSteps(sideBySide().events);
  t.is(steps.at(8500)?.id, '1.1');
  t.is(steps.at(9000)?.id, '1.2');
  t.is(steps.at(500), undefined);
});

test('steps keep the plan’s order, and show how far they got', (t) => {
  const story = new Story({ one: ['1.1 hold', '1.2 hold', '1.3 hold'] })
    .at(1)
    .step('1.1')
    .at(2)
    .done('1.1')
    .step('1.2');
  t.deepEqual(
    readSteps(story.events).all.map(({ id, status }) => [id, status]),
    [
      ['1.1', 'done'],
      ['1.2', 'unfinished'],
      ['1.3', 'not-started'],
    ],
  );
});
