import test from 'ava';
import type { EventOf } from '../../../../src/events/event.ts';
import { EachAction } from '../../../../src/subject/heat/workload/each-action.ts';

const ENGINE = { node: 'node1', service: 'heat-engine', version: '26.0.1+x' };
const API = { node: 'node2', service: 'heat-api', version: '26.0.1' };
const METHODS: Readonly<Record<string, readonly string[]>> = {
  healed: ['stack_check', 'resource_mark_unhealthy'],
  resumed: ['stack_suspend', 'stack_resume'],
  snapped: ['stack_snapshot', 'delete_snapshot'],
  restored: ['stack_restore'],
  'check-fails': ['stack_check'],
  abandon: ['abandon_stack'],
};

function taken(
  method: string,
  more: Partial<EventOf<'rpc-observed'>> = {},
): EventOf<'rpc-observed'> {
  return {
    type: 'rpc-observed',
    at: 10,
    topic: 'engine',
    method,
    kind: 'call',
    from: API,
    to: ENGINE,
    count: 1,
    ...more,
  };
}

/**
 * The kinds that were begun, in order.
 *
 * @param ended What is observed of a stack of this kind until its end.
 */
async function begun(
  versions: readonly string[],
  ended: (kind: string, under: EachAction, times: number) => void,
): Promise<readonly string[]> {
  const names: string[] = [];
  const under: EachAction = new EachAction({
    versions,
    now: () => 5,
    begin: ({ name }) => {
      names.push(name);
      ended(name, under, names.filter((one) => one === name).length);
      return Promise.resolve();
    },
  });
  under.swapped('node1/heat-engine');
  await under.run(new AbortController().signal);
  return names;
}

const countOf = (names: readonly string[], kind: string): number =>
  names.filter((name) => name === kind).length;

test('stacks begin until an engine of the target has taken each action', async (t) => {
  const names = await begun(['26.0.1', '26.0.1+x'], (kind, under, times) => {
    const [first, ...others] = METHODS[kind] ?? [];
    under.observed(taken(first ?? ''));
    // The others only with the third stack.
    if (times > 2) for (const method of others) under.observed(taken(method));
  });
  for (const kind of ['abandon', 'restored', 'check-fails']) t.is(countOf(names, kind), 2, kind);
  for (const kind of ['healed', 'resumed', 'snapped']) t.is(countOf(names, kind), 4, kind);
});

test('a refusal, an engine of the base and an engine before its swap do not count', async (t) => {
  const names = await begun(['26.0.1', '26.0.1+x'], (kind, under) => {
    for (const method of METHODS[kind] ?? []) {
      under.observed(taken(method, { operation: 'POST check: 404' }));
      under.observed(taken(method, { to: { ...ENGINE, node: 'node2' } }));
      under.observed(taken(method, { at: 4 }));
    }
  });
  // A kind without a method of its own begins once.
  t.is(names.length, 6 * 2 * 4 + 2);
});

test('with an older base, nothing is suspended or restored between engines of both', async (t) => {
  const names = await begun(['24.0.0', '26.0.1'], (kind, under) => {
    for (const method of METHODS[kind] ?? []) under.observed(taken(method));
  });
  t.deepEqual(new Set(names), new Set(['healed', 'abandon', 'configured']));
});
