import test from 'ava';
import type { HttpResult } from '../../../../src/load/http/request.ts';
import { StackLists, type StackListsOptions } from '../../../../src/subject/heat/workload/lists.ts';
import { FakeClock } from '../../../load/fake-clock.ts';

const RESULT: HttpResult = {
  id: 'req-1',
  operation: 'stack-list',
  connection: 'reused',
  outcome: 'served',
  headers: {},
  body: '',
  sentAt: 0,
  doneAt: 0,
};

/** Stacks with an operation under way, by their ids. */
function under(way: () => readonly string[]): StackListsOptions['stacks'] {
  return {
    get awaited() {
      return way();
    },
    going: [],
    see: () => undefined,
  };
}

test('while a list is unanswered the next waits for three seconds, and no longer', async (t) => {
  const clock = new FakeClock();
  const asked: number[] = [];
  const answers: (() => void)[] = [];
  const lists = new StackLists({
    api: {
      list: () => {
        asked.push(clock.now() / 1000);
        const { promise, resolve } = Promise.withResolvers<{ result: HttpResult; value: [] }>();
        answers.push(() => resolve({ result: RESULT, value: [] }));
        return promise;
      },
    },
    stacks: under(() => ['id-1']),
    loop: () => ({ startAt: 0, maxInFlight: 100, clock, drop: () => t.fail() }),
    now: () => clock.now(),
    record: () => undefined,
  });
  const over = new AbortController();
  lists.read(over.signal);
  await clock.advance(5500);
  t.deepEqual(asked, [0, 3]);
  for (const answer of answers) answer();
  await clock.advance(1000);
  t.deepEqual(asked, [0, 3, 6]);
  answers[2]?.();
  await clock.advance(1000);
  t.deepEqual(asked, [0, 3, 6, 7]);
  over.abort();
  answers[3]?.();
  await lists.reading;
});

test('only stacks with an operation under way are asked for, all of them if there are many', async (t) => {
  const clock = new FakeClock();
  const asked: (readonly string[] | undefined)[] = [];
  let awaited: readonly string[] = [];
  const lists = new StackLists({
    api: {
      list: async (ids) => {
        asked.push(ids);
        return { result: RESULT, value: [] };
      },
    },
    stacks: under(() => awaited),
    loop: () => ({ startAt: 0, maxInFlight: 100, clock, drop: () => t.fail() }),
    now: () => clock.now(),
    record: () => undefined,
  });
  const over = new AbortController();
  lists.read(over.signal);
  await clock.advance(500);
  t.deepEqual(asked, []);
  awaited = ['id-1', 'id-2'];
  await clock.advance(1000);
  t.deepEqual(asked, [['id-1', 'id-2']]);
  awaited = Array.from({ length: 101 }, (_, index) => `id-${index}`);
  await clock.advance(1000);
  t.deepEqual(asked[1], []);
  over.abort();
  await lists.reading;
});
