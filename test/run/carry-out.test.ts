import test from 'ava';
import { RollgateError } from '../../src/errors.ts';
import type { RunEvent } from '../../src/events/event.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { Step } from '../../src/plan/step.ts';
import { carryOutPlan, endLoad, type Carrier } from '../../src/run/carry-out.ts';
import { Pauses } from '../../src/run/pauses.ts';
import { planned } from '../plan/planned.ts';

const settle = (id: string): Step => ({ kind: 'settle', id, name: `step ${id}` });
const together = (id: string, ...steps: readonly Step[]): Step => ({
  kind: 'together',
  steps,
  id,
  name: `step ${id}`,
});

async function planOf(...steps: readonly Step[]): Promise<Plan> {
  return { ...(await planned()), stages: [{ name: 'roll', steps }] };
}

type Deeds = Readonly<Record<string, () => Promise<void> | void>>;

/** A run without a lab: each step does what `deeds` says for its id, else nothing. */
function fakeRun(deeds: Deeds = {}, pauseBefore: Carrier['pauseBefore'] = async () => undefined) {
  const events: RunEvent[] = [];
  const performed: string[] = [];
  const abort = new AbortController();
  const carrier: Carrier = {
    emit: (event) => {
      events.push(event);
    },
    now: () => 0,
    signal: abort.signal,
    pauseBefore,
    async perform({ id }) {
      performed.push(id);
      await deeds[id]?.();
    },
  };
  const ends = (): readonly string[] =>
    events.flatMap((event) =>
      event.type === 'step-finished' ? [`${event.step} ${event.status}`] : [],
    );
  return { carrier, performed, abort, ends, events };
}

const broken = (): never => {
  throw new RollgateError('not-drained', 'node1/heat-api still has sessions');
};

test('steps are carried out in their order', async (t) => {
  const { carrier, performed, ends } = fakeRun();
  const plan = await planOf(settle('1.1'), together('1.2', settle('1.2.1'), settle('1.2.2')));
  t.deepEqual(await carryOutPlan(plan, carrier), { outcome: 'completed' });
  t.deepEqual(performed, ['1.1', '1.2.1', '1.2.2']);
  t.deepEqual(ends(), ['1.1 done', '1.2.1 done', '1.2.2 done', '1.2 done']);
});

test('a failing step ends the plan, and the outcome names it', async (t) => {
  const { carrier, performed, ends } = fakeRun({ '1.1': broken });
  const plan = await planOf(settle('1.1'), settle('1.2'));
  t.like(await carryOutPlan(plan, carrier), {
    outcome: 'failed',
    error: { code: 'not-drained', step: '1.1' },
  });
  t.deepEqual([performed, ends()], [['1.1'], ['1.1 failed']]);
});

test('if a parallel step fails, the others are carried out to their end', async (t) => {
  const slow = Promise.withResolvers<void>();
  const { carrier, ends } = fakeRun({
    '1.1.1': broken,
    '1.1.2': () => slow.promise,
  });
  const plan = await planOf(together('1.1', settle('1.1.1'), settle('1.1.2')), settle('1.2'));
  const outcome = carryOutPlan(plan, carrier);
  slow.resolve();
  t.like(await outcome, { outcome: 'failed', error: { step: '1.1.1' } });
  t.deepEqual(ends(), ['1.1.1 failed', '1.1.2 done', '1.1 failed']);
});

test('an abort within a step ends the plan there, and is not a failure', async (t) => {
  const { carrier, performed, ends, abort } = fakeRun({
    '1.1': () => {
      abort.abort();
      abort.signal.throwIfAborted();
    },
  });
  const plan = await planOf(settle('1.1'), settle('1.2'));
  t.deepEqual(await carryOutPlan(plan, carrier), { outcome: 'aborted' });
  t.deepEqual([performed, ends()], [['1.1'], ['1.1 aborted']]);
});

test('after an abort between two steps, the next one does not begin', async (t) => {
  const { carrier, performed, abort } = fakeRun({ '1.1': () => abort.abort() });
  const plan = await planOf(settle('1.1'), settle('1.2'));
  t.deepEqual(await carryOutPlan(plan, carrier), { outcome: 'aborted' });
  t.deepEqual(performed, ['1.1']);
});

test('a failure pauses the run before it ends, with what failed', async (t) => {
  const held: string[] = [];
  const wish = {
    at: new Set<string>(),
    on: new Set(['failure'] as const),
    causes: new Set<string>(),
    load: 'running',
  } as const;
  const pauses = new Pauses(wish, async ({ why }) => {
    held.push(...why);
  });
  const run = fakeRun({ '1.1': broken }, (next) =>
    pauses.before(next, {
      ...run.carrier,
      state: { load: undefined, swapped: () => undefined },
    }),
  );
  const carrier: Carrier = {
    ...run.carrier,
    emit: (event) => {
      run.carrier.emit(event);
      pauses.see(event);
    },
  };
  t.like(await carryOutPlan(await planOf(settle('1.1')), carrier), { outcome: 'failed' });
  t.deepEqual(held, ['step 1.1 failed']);
});

test('a lab that cannot be held does not hide why the run failed', async (t) => {
  const { carrier } = fakeRun({ '1.1': broken }, async (next) => {
    if (next === undefined) throw new Error('the engine is gone');
  });
  t.like(await carryOutPlan(await planOf(settle('1.1')), carrier), {
    outcome: 'failed',
    error: { code: 'not-drained' },
  });
});

test('a script that handles the failure of its call continues', async (t) => {
  const { carrier } = fakeRun();
  const inner = settle('1.1.1');
  const scripted: Carrier = {
    ...carrier,
    async perform(step, carryOutInner) {
      if (step.id === '1.1') await carryOutInner(inner).catch(() => undefined);
      else if (step.id !== '1.2') broken();
      else throw new Error('later');
    },
  };
  const script: Step = {
    kind: 'script',
    run: '/roll.sh',
    limitSeconds: 1,
    checks: [],
    id: '1.1',
    name: 'script',
  };
  t.like(await carryOutPlan(await planOf(script, settle('1.2')), scripted), {
    outcome: 'failed',
    error: { step: '1.2' },
  });
});

test('the load is cut off unless the plan was carried out in full', async (t) => {
  const stops: boolean[] = [];
  const load = {
    stop: async ({ abandon }: { readonly abandon: boolean }) => {
      stops.push(abandon);
    },
  };
  const { carrier } = fakeRun();
  for (const outcome of ['completed', 'failed', 'aborted'] as const) {
    await endLoad(load, { outcome }, carrier);
  }
  await endLoad(undefined, { outcome: 'aborted' }, carrier);
  t.deepEqual(stops, [false, true, true]);
});

test('a load that does not stop as it should is a gap in the evidence', async (t) => {
  const { carrier, events } = fakeRun();
  const load = { stop: async () => Promise.reject(new Error('a probe ended before its time')) };
  await endLoad(load, { outcome: 'completed' }, carrier);
  t.deepEqual(events, [
    { type: 'watch-gap', at: 0, watch: 'load', text: 'a probe ended before its time' },
  ]);
});

test('the baseline is judged once, at its end, and may end the run before the roll', async (t) => {
  const steps: readonly Step[] = [
    { kind: 'start-load', id: '1.1', name: 'start the load' },
    { kind: 'hold', seconds: 1, id: '1.2', name: 'let the load run' },
    settle('2.1'),
    settle('2.2'),
  ];
  const seen: (readonly string[])[] = [];
  const { carrier, performed, events } = fakeRun();
  const onBaseline = async (): Promise<string> => {
    seen.push([...performed]);
    return 'it fails';
  };
  const judged = { ...carrier, onBaseline };
  t.deepEqual(await carryOutPlan(await planOf(...steps), judged), { outcome: 'completed' });
  t.deepEqual(seen, [['1.1', '1.2']]);
  t.like(
    events.find(({ type }) => type === 'step-note'),
    { step: '2.1', text: 'it fails' },
  );

  const stopped = fakeRun();
  const outcome = await carryOutPlan(await planOf(...steps), {
    ...stopped.carrier,
    onBaseline: async () => {
      throw new RollgateError('base-fails', 'the base fails');
    },
  });
  t.like(outcome, { outcome: 'failed', error: { code: 'base-fails' } });
  t.deepEqual(stopped.performed, ['1.1', '1.2']);
});
