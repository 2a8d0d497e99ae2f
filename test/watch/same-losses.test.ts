import test from 'ava';
import { compareLosses, type Loss, type Losses } from '../soak/same-losses.ts';

const OUTAGE = { from: 10_000, to: 20_000 };
const MARKS = [
  { step: 'drain heat-api on node2', from: 9_000, to: 12_000 },
  { step: 'swap heat-api on node1', from: 12_000, to: 30_000 },
];

/** A probe that asks twice a second, and is lost in the outage. */
function observer({ first = 250, ownSteps = true, without = 0, elsewhere = 0 } = {}): Losses {
  const sends = Array.from({ length: 100 }, (_, index) => first + 500 * index);
  const nameOf = (time: number): string =>
    time < 12_000
      ? 'drain heat-api on node2'
      : ownSteps && time < 12_400
        ? './roll.sh'
        : 'swap heat-api on node1';
  const lost = sends
    .filter((time) => time >= OUTAGE.from && time <= OUTAGE.to)
    .slice(without)
    .concat(Array.from({ length: elsewhere }, (_, index) => 25_000 + index))
    .map((time): Loss => ({ probe: 'list/new', sentAt: time, at: time + 3, step: nameOf(time) }));
  return { requests: new Map([['list/new', sends.length]]), lost };
}

test('two schedules of one period lose the same in one outage, in the same steps', (t) => {
  const watch = observer({ first: 10, ownSteps: false });
  const { problems, byProbe, byStep } = compareLosses({ run: observer(), watch }, OUTAGE, MARKS);
  t.deepEqual(problems, []);
  t.deepEqual([...byProbe], [['list/new', { run: 20, watch: 20 }]]);
  // The run counts with its script between two calls.
  t.deepEqual(
    [...byStep],
    [
      ['drain heat-api on node2', { run: 4, watch: 4 }],
      ['swap heat-api on node1', { run: 16, watch: 16 }],
    ],
  );
});

test('an observer that loses two requests less of one probe contradicts the other', (t) => {
  const watch = observer({ ownSteps: false, without: 2 });
  const { problems } = compareLosses({ run: observer(), watch }, OUTAGE, MARKS);
  t.deepEqual(problems, ['list/new: the run lost 20, the watch 18 in the same outage']);
  const one = observer({ ownSteps: false, without: 1 });
  t.deepEqual(compareLosses({ run: observer(), watch: one }, OUTAGE, MARKS).problems, []);
});

test('a loss in a step during which another one was marked is a contradiction', (t) => {
  const moved = MARKS.map(({ step, from, to }) => ({ step, from: from - 1000, to: to - 1000 }));
  const watch = observer({ ownSteps: false });
  const { problems } = compareLosses({ run: observer(), watch }, OUTAGE, moved);
  t.regex(problems.join(), /the run lost a request in drain heat-api on node2, while the mark was/);
});

test('losses outside the outage are compared by their share', (t) => {
  const watch = observer({ ownSteps: false, elsewhere: 2 });
  const few = compareLosses({ run: observer(), watch }, OUTAGE, MARKS);
  t.deepEqual(few.elsewhere, { run: 0, watch: 2 });
  t.deepEqual(few.problems, []);
  const many = observer({ ownSteps: false, elsewhere: 15 });
  t.regex(
    compareLosses({ run: observer(), watch: many }, OUTAGE, MARKS).problems.join(),
    /outside the outage the run lost 0, the watch 15/,
  );
});
