import test from 'ava';
import { walkSteps } from '../../src/plan/walk.ts';
import { stuckStacks } from '../../src/run/stuck-stacks.ts';
import type { InFlight, InFlightOptions } from '../../src/subject/records.ts';
import { planned } from '../plan/planned.ts';

const OPTIONS = { stuckAfterSeconds: 20, signal: new AbortController().signal };

function inFlight(parts: Partial<InFlight>): InFlight {
  const unfinished = [{ part: 'b', status: 'INIT_COMPLETE' }];
  const own = { object: 'a', id: 'id', status: 'CREATE_IN_PROGRESS' };
  return { ...own, silentSeconds: 0, stuck: false, unfinished, ...parts };
}

async function step(role: 'engine' | 'api') {
  const steps = [...walkSteps(await planned())];
  const found = steps.find((one) => one.kind === 'swap' && one.target.role === role);
  if (found === undefined) throw new Error('the plan swaps both');
  return found;
}

/** Answers in turn, the last one for ever. */
function answers(...all: readonly (readonly InFlight[])[]) {
  const asked = { times: 0 };
  const read = async (): Promise<readonly InFlight[]> => {
    asked.times += 1;
    return all[asked.times - 1] ?? all.at(-1) ?? [];
  };
  return { asked, read };
}

test('before an engine is swapped, the run waits for a silent stack until it counts as stuck', async (t) => {
  const { asked, read } = answers(
    [inFlight({ silentSeconds: 6 })],
    [inFlight({ silentSeconds: 21, stuck: true })],
  );
  const failure = await stuckStacks(read, await step('engine'), OPTIONS);
  t.is(asked.times, 2);
  t.is(failure?.text, 'stuck: a, CREATE_IN_PROGRESS, b INIT_COMPLETE, silent for 21 s');
});

test('a silent stack that progresses again does not delay the swap', async (t) => {
  const { asked, read } = answers([inFlight({ silentSeconds: 6 })], [inFlight({})]);
  t.is(await stuckStacks(read, await step('engine'), OPTIONS), undefined);
  t.is(asked.times, 2);
});

test('an engine that has gone works on nothing: the stack is suspect', async (t) => {
  const holder = { engineId: 'e1', gone: true };
  const unfinished = [{ part: 'b', status: 'CREATE_IN_PROGRESS', holder }];
  const { asked, read } = answers([inFlight({ silentSeconds: 6, unfinished })], [inFlight({})]);
  t.is(await stuckStacks(read, await step('engine'), OPTIONS), undefined);
  t.is(asked.times, 2);
});

test('there is no wait before another step, nor for a stack that an engine works on', async (t) => {
  const silent = inFlight({ silentSeconds: 6 });
  const held = inFlight({
    silentSeconds: 40,
    unfinished: [
      { part: 'b', status: 'CREATE_IN_PROGRESS', holder: { engineId: 'e1', gone: false } },
    ],
  });
  for (const [next, stack] of [
    [await step('api'), silent],
    [undefined, silent],
    [await step('engine'), held],
  ] as const) {
    const { asked, read } = answers([stack]);
    t.is(await stuckStacks(read, next, OPTIONS), undefined);
    t.is(asked.times, 1);
  }
});

test('each run has its own limit for stuck stacks', async (t) => {
  const given: number[] = [];
  const read = async ({ stuckAfterSeconds }: InFlightOptions): Promise<readonly InFlight[]> => {
    given.push(stuckAfterSeconds);
    return [];
  };
  await stuckStacks(read, undefined, { ...OPTIONS, stuckAfterSeconds: 45 });
  t.deepEqual(given, [45]);
});
