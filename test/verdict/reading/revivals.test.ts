import test from 'ava';
import { judge } from '../../../src/verdict/judge.ts';
import { revivalsInWords } from '../../../src/verdict/reading/revivals.ts';
import { Story } from '../stream.ts';

test('revived stacks stay stuck, and are reported', (t) => {
  const story = new Story({ after: ['2.1 settle', '2.2 revive'] });
  story.at(1).accepted('create', 'a').accepted('create', 'b');
  story.at(30).settled('create', 'a', 'stuck').settled('create', 'b', 'stuck');
  const revival = { type: 'revival-ended', by: 'update' } as const;
  story
    .add({
      ...revival,
      at: 41_000,
      object: 'a',
      outcome: 'completed',
      status: 'UPDATE_COMPLETE',
      seconds: 10.5,
    })
    .add({
      ...revival,
      at: 42_000,
      object: 'b',
      outcome: 'failed',
      status: 'UPDATE_FAILED: why',
      seconds: 11,
    });
  const verdict = judge(story.at(50).finished().events);
  t.like(verdict.stacks, { accepted: 2, stuck: 2, completed: 0 });
  t.deepEqual(
    verdict.revivals.map(({ object, outcome }) => [object, outcome]),
    [
      ['a', 'completed'],
      ['b', 'failed'],
    ],
  );
  t.is(
    revivalsInWords(verdict),
    '1 of 2 stuck stacks came to COMPLETE when asked again, the slowest in 10.5 s; not b (UPDATE_FAILED: why)',
  );
});

test('without a revival nothing is reported', (t) => {
  t.is(revivalsInWords(judge(new Story().finished().events)), undefined);
});
