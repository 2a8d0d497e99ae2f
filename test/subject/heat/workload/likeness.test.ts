import test from 'ava';
import { LIFECYCLE_KINDS } from '../../../../src/subject/heat/api/kinds.ts';
import { Likeness } from '../../../../src/subject/heat/workload/lifecycle/likeness.ts';
import { StartedLifecycle } from './started-lifecycle.ts';

const stack = (more: object): string =>
  JSON.stringify({ stack: { id: 'i', disable_rollback: true, timeout_mins: 60, ...more } });
const event = (name: string, more: object = {}): object => ({
  id: `of ${name}`,
  resource_name: name,
  resource_status: 'CREATE_COMPLETE',
  resource_status_reason: 'state changed',
  ...more,
});
const events = (...all: readonly object[]): string => JSON.stringify({ events: all });
const typeOf = (name: string): string | undefined =>
  name.startsWith('link') ? 'OS::Heat::TestResource' : undefined;

test('names, times and texts of one object may differ from those of the next', (t) => {
  const likeness = new Likeness();
  t.is(likeness.stack(stack({ creation_time: '2026-01-01T00:00:00Z', tags: ['a'] })), undefined);
  t.is(likeness.stack(stack({ creation_time: '2026-01-02T00:00:00Z', tags: ['b'] })), undefined);
  t.is(
    likeness.stack(stack({ creation_time: 'x', tags: ['b'], outputs: [1], more: 1 })),
    undefined,
  );
});

test('a default of another value, and what is left empty or out, is named with its object', (t) => {
  const likeness = new Likeness();
  likeness.stack(stack({ tags: ['a'] }));
  const difference = 'a stack: it is not what it was at first: ';
  t.is(
    likeness.stack(stack({ tags: ['a'], disable_rollback: false })),
    `${difference}disable_rollback was true, is false`,
  );
  t.is(likeness.stack(stack({})), `${difference}tags is gone, was ["…"]`);
  likeness.events(events(event('link1'), event('stack')), typeOf);
  t.is(
    likeness.events(events(event('link2', { resource_status_reason: null })), typeOf),
    'an event CREATE_COMPLETE of OS::Heat::TestResource: it is not what it was at first: ' +
      'resource_status_reason is gone, was "…"',
  );
  likeness.answer('check', 202, '');
  t.is(
    likeness.answer('check', 200, ''),
    'the answer to check: it is not what it was at first: status was 202, is 200',
  );
});

test('the answer to a snapshot shows the action before it, which is no difference', (t) => {
  const likeness = new Likeness();
  const answer = (data: object): string => JSON.stringify({ snapshot: { data }, data });
  likeness.answer('snapshot', 200, answer({ name: 'x', action: 'CREATE' }));
  t.is(likeness.answer('snapshot', 200, answer({ name: 'x', action: 'SNAPSHOT' })), undefined);
  t.regex(likeness.answer('snapshot', 200, answer({ action: 'UPDATE' })) ?? '', /name is gone/);
});

test('a value where the base had none is no difference', (t) => {
  const likeness = new Likeness();
  const snapshot = (data: unknown): string => JSON.stringify({ snapshot: { id: 'i', data } });
  likeness.snapshot(snapshot(null));
  t.is(likeness.snapshot(snapshot({ name: 'x' })), undefined);
});

test('what the target may have made is no measure', (t) => {
  const likeness = new Likeness();
  likeness.close();
  t.is(likeness.stack(stack({ more: 1 })), undefined);
  t.is(likeness.stack(stack({})), undefined);
});

test('a stack of the load is compared with those before it', async (t) => {
  const [kind] = LIFECYCLE_KINDS;
  if (kind === undefined) return t.fail();
  const likeness = new Likeness();
  const first = new StartedLifecycle(kind, undefined, undefined, likeness);
  first.heat.event = { resource_properties: { length: 16 } };
  await first.toTheEnd();
  t.deepEqual(first.broken, []);
  likeness.close();
  const second = new StartedLifecycle(kind, undefined, undefined, likeness);
  second.heat.event = { resource_properties: null };
  await second.toTheEnd();
  t.deepEqual(second.broken, [
    'shown-like-others: the event by itself of another: it is not what it was at first: ' +
      'resource_properties is gone, was {"length":16}',
  ]);
});

test('the resources within a snapshot do not count, its other fields do', (t) => {
  const likeness = new Likeness();
  const snapshot = (resources: unknown, more: object): string =>
    JSON.stringify({ snapshot: { id: 'i', data: { name: 'x', resources }, ...more } });
  const time = { creation_time: '2026-11-30T00:00:00Z' };
  likeness.snapshot(snapshot({ random: { name: 'random' } }, time));
  t.is(likeness.snapshot(snapshot({}, time)), undefined);
  t.regex(likeness.snapshot(snapshot({}, {})) ?? '', /creation_time is gone/);
});
