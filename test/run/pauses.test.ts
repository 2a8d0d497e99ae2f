import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import type { RunEvent } from '../../src/events/event.ts';
import { walkSteps } from '../../src/plan/walk.ts';
import {
  Pauses,
  type AwaitResume,
  type LookForFailures,
  type PauseWish,
} from '../../src/run/pauses.ts';
import { planned } from '../plan/planned.ts';
import { Story } from '../verdict/stream.ts';

async function paused(
  wish: Partial<PauseWish>,
  awaitResume: AwaitResume = async () => undefined,
  look?: LookForFailures,
) {
  const events: RunEvent[] = [];
  const loadCalls: string[] = [];
  const swaps: number[] = [];
  const pauses = new Pauses(
    { at: new Set(), on: new Set(), causes: new Set(), load: 'stopped', ...wish },
    awaitResume,
    look,
  );
  const context = {
    emit: (event: RunEvent): void => {
      events.push(event);
      pauses.see(event);
    },
    signal: new AbortController().signal,
    now: () => 5000,
    state: {
      load: { standStill: () => loadCalls.push('stands'), resume: () => loadCalls.push('goes on') },
      swapped: (at: number) => void swaps.push(at),
    },
  };
  const [first, second] = [...walkSteps(await planned())];
  if (first === undefined || second === undefined) throw new Error('a plan has steps');
  return { pauses, context, events, loadCalls, swaps, first, second };
}

const lost = new Story().at(4).request('5xx-balancer', { operation: 'GET stacks' }).events.slice(1);
const types = (events: readonly RunEvent[]) => events.map(({ type }) => type);

test('a run pauses only before the requested step', async (t) => {
  const { pauses, context, events, loadCalls, swaps, first, second } = await paused({
    at: new Set(['1.2']),
  });
  await pauses.before(first, context);
  t.deepEqual(events, []);
  await pauses.before(second, context);
  t.deepEqual(events, [
    { type: 'run-paused', at: 5000, next: '1.2', why: ['asked for'], load: 'stopped' },
    { type: 'run-resumed', at: 5000, seconds: 0 },
  ]);
  t.deepEqual(loadCalls, ['stands', 'goes on']);
  t.deepEqual(swaps, [5000], 'silence counts from here');
});

test('a load that is to continue is not paused', async (t) => {
  const { pauses, context, events, loadCalls, swaps, first } = await paused({
    at: new Set(['1.1']),
    load: 'running',
  });
  await pauses.before(first, context);
  t.like(events[0], { type: 'run-paused', load: 'running' });
  t.deepEqual([loadCalls, swaps], [[], []]);
});

test('without a load, the pause reports that there is none', async (t) => {
  const { pauses, context, events, first } = await paused({ at: new Set(['1.1']) });
  await pauses.before(first, { ...context, state: { ...context.state, load: undefined } });
  t.like(events[0], { load: 'none' });
});

test('a failure pauses before the next step, once, and says what failed', async (t) => {
  const { pauses, context, events, first, second } = await paused({ on: new Set(['failure']) });
  for (const event of lost) pauses.see(event);
  await pauses.before(first, context);
  await pauses.before(second, context);
  t.deepEqual(types(events), ['run-paused', 'run-resumed']);
  t.like(events[0], {
    next: '1.1',
    why: ['request lost: GET stacks, 5xx-balancer from node1/heat-api'],
  });
});

test('a repeated failure does not pause again; another failure does', async (t) => {
  const { pauses, context, events, first } = await paused({ on: new Set(['failure']) });
  const see = async (story: Story): Promise<void> => {
    for (const event of story.events.slice(1)) pauses.see(event);
    await pauses.before(first, context);
  };
  await see(new Story().at(4).request('timeout'));
  await see(new Story().at(5).request('timeout', { operation: 'GET stack' }));
  await see(new Story().at(6).request('reset-before-answer'));
  t.deepEqual(
    events.flatMap((event) => (event.type === 'run-paused' ? event.why : [])),
    [
      'request lost: GET stacks, timeout from node1/heat-api',
      'request lost: GET stacks, reset-before-answer from node1/heat-api',
    ],
  );
});

test('a failure during a pause does not pause the run again', async (t) => {
  const parts: Awaited<ReturnType<typeof paused>>[] = [];
  const awaitResume: AwaitResume = async () => {
    for (const event of lost) parts[0]?.pauses.see(event);
  };
  const one = await paused({ at: new Set(['1.1']), on: new Set(['failure']) }, awaitResume);
  parts.push(one);
  await one.pauses.before(one.first, one.context);
  await one.pauses.before(one.second, one.context);
  t.deepEqual(types(one.events), ['run-paused', 'run-resumed']);
});

test('a failure pauses no run by default', async (t) => {
  const { pauses, context, events, first } = await paused({});
  for (const event of lost) pauses.see(event);
  await pauses.before(first, context);
  t.deepEqual(events, []);
});

test('a failure interrupts a wait, and the rest of the wait follows', async (t) => {
  const { pauses, context, events, first } = await paused({ on: new Set(['failure']) });
  const began = performance.now();
  const waiting = pauses.wait(300, first, context);
  await delay(50);
  for (const event of lost) pauses.see(event);
  await delay(0);
  t.deepEqual(types(events), ['run-paused', 'run-resumed']);
  await waiting;
  t.true(performance.now() - began > 295);
});

test('a wait ends with the awaited event, and pauses for failures until then', async (t) => {
  const { pauses, context, events, first } = await paused({ on: new Set(['failure']) });
  const { promise, resolve } = Promise.withResolvers<void>();
  const waiting = pauses.wait(3_600_000, first, context, promise);
  for (const event of lost) pauses.see(event);
  await delay(0);
  resolve();
  await waiting;
  t.deepEqual(types(events), ['run-paused', 'run-resumed']);
});

test('if a lab cannot be held, there is no second attempt', async (t) => {
  let tries = 0;
  const one = await paused({ at: new Set(['1.1', '1.2']), on: new Set(['failure']) }, async () => {
    tries += 1;
    throw new Error('gone');
  });
  await t.throwsAsync(one.pauses.before(one.first, one.context), { message: 'gone' });
  for (const event of lost) one.pauses.see(event);
  await one.pauses.before(undefined, one.context);
  t.is(tries, 1);
  t.deepEqual(types(one.events), ['run-paused']);
});

test('a lost request pauses only for “lost”, and a stuck operation only for “stuck”', async (t) => {
  const stuck = new Story().at(4).settled('create', 'a', 'stuck').events.slice(1);
  for (const [on, seen, pausesIt] of [
    ['lost', lost, true],
    ['lost', stuck, false],
    ['stuck', stuck, true],
    ['stuck', lost, false],
  ] as const) {
    const { pauses, context, events, first } = await paused({ on: new Set([on]) });
    for (const event of seen) pauses.see(event);
    await pauses.before(first, context);
    t.deepEqual(types(events), pausesIt ? ['run-paused', 'run-resumed'] : [], `${on} ${pausesIt}`);
  }
});

test('a failure that only a look finds pauses once before the next step, on request', async (t) => {
  const looked: (string | undefined)[] = [];
  const look: LookForFailures = async (next) => {
    looked.push(next?.id);
    return [{ kind: 'stuck', text: 'stuck: a' }];
  };
  const one = await paused({ on: new Set(['stuck']) }, undefined, look);
  await one.pauses.before(one.first, one.context);
  await one.pauses.before(one.second, one.context);
  t.deepEqual(looked, ['1.1', '1.2']);
  t.deepEqual(
    one.events.flatMap((event) => (event.type === 'run-paused' ? [event.next, ...event.why] : [])),
    ['1.1', 'stuck: a'],
  );
  const other = await paused({ on: new Set(['failure']) }, undefined, look);
  await other.pauses.before(other.first, other.context);
  t.deepEqual(other.events, []);
});
