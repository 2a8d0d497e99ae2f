import test from 'ava';
import type { HttpResult } from '../../../../src/load/http/request.ts';
import { StackLists } from '../../../../src/subject/heat/workload/lists.ts';
import { WorkloadStacks } from '../../../../src/subject/heat/workload/stacks.ts';
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
    stacks: new WorkloadStacks(),
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
