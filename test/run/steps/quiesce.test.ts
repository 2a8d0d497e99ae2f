import test from 'ava';
import type { RunEvent } from '../../../src/events/event.ts';
import type { Step } from '../../../src/plan/step.ts';
import { quiesce, type QuiesceContext } from '../../../src/run/steps/quiesce.ts';
import type { HeldWork } from '../../../src/subject/records.ts';

/** The result of one look. Default: nothing. */
interface Look {
  readonly queue?: string;
  readonly held?: string;
  readonly lock?: string;
}

const step = (more: Partial<Extract<Step, { kind: 'quiesce' }>> = {}) => ({
  id: '7.1',
  name: 'look',
  kind: 'quiesce' as const,
  vhost: 'heat',
  of: 'queues and held work' as const,
  samples: 2,
  limitSeconds: 60,
  otherwise: 'fail' as const,
  ...more,
});

/** A lab that shows these looks one after the other, the last for ever; a look takes a second. */
function lab(looks: readonly Look[]) {
  let looked = 0;
  const events: RunEvent[] = [];
  const look = (): Look => looks[Math.min(looked, looks.length) - 1] ?? {};
  const held = (): HeldWork => {
    const { held: engineId, lock } = look();
    return {
      held: engineId === undefined ? [] : [{ engineId, count: 1 }],
      locks: lock === undefined ? [] : [{ engineId: lock, object: 'stack' }],
    };
  };
  const context: QuiesceContext = {
    state: {
      engines: new Map([
        ['node1/heat-engine', { engineId: 'old', vhost: 'heat' }],
        ['node1/heat-engine.next', { engineId: 'new', vhost: 'heat-2026.1' }],
      ]),
    },
    emit: (event) => events.push(event),
    now: () => looked * 1000,
    signal: new AbortController().signal,
    lab: {
      broker: {
        queues: async () => {
          looked += 1;
          const { queue: name } = look();
          return name === undefined ? [] : [{ name, ready: 1, unacknowledged: 0, consumers: 1 }];
        },
      },
      subject: { isIdleQueue: (name) => name.includes('fanout'), locks: async () => held() },
      database: { query: async () => [] },
    },
  };
  return { context, looked: () => looked, events };
}

test('a vhost is quiet after enough quiet looks in a row', async (t) => {
  const { context, looked, events } = lab([{}, { queue: 'engine_worker' }, {}, {}]);
  await quiesce(step(), context, 0);
  t.is(looked(), 4);
  t.like(events[0], { type: 'step-note', text: 'vhost heat was quiet 2 times in a row' });
});

test('work held by an engine of the vhost counts; work held by another does not', async (t) => {
  const { context, looked } = lab([
    { held: 'old' },
    { lock: 'old' },
    { held: 'new', lock: 'gone' },
  ]);
  await quiesce(step(), context, 0);
  t.is(looked(), 4);
});

test('messages that are not work do not count, and held work does not count if only queues do', async (t) => {
  const { context, looked } = lab([{ queue: 'engine_fanout', held: 'old' }]);
  await quiesce(step({ of: 'queues' }), context, 0);
  t.is(looked(), 2);
});

test('a vhost that does not get quiet fails the step, and the error says why', async (t) => {
  const { context } = lab([{ queue: 'engine_worker', held: 'old', lock: 'old' }]);
  await t.throwsAsync(quiesce(step({ limitSeconds: 3 }), context, 0), {
    code: 'not-quiet',
    message:
      /within 3 s \(engine_worker: 1\+0, node1\/heat-engine locks stack, node1\/heat-engine works on 1\)/,
  });
});

test('the limit is only reported if the step says to continue', async (t) => {
  const { context, events } = lab([{ queue: 'engine_worker' }]);
  await quiesce(step({ limitSeconds: 3, otherwise: 'continue' }), context, 0);
  t.like(events[0], { type: 'step-note', step: '7.1' });
});
