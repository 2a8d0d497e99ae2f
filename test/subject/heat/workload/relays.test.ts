import test from 'ava';
import { Relays } from '../../../../src/subject/heat/workload/relays.ts';

/** Relays on two apis that are taken by these, one after the other. */
function relaysTakenBy(
  ...takers: readonly (readonly [maker: string, update: string, remove: string])[]
) {
  const begun: string[] = [];
  const over = new AbortController();
  const relays = new Relays({
    apis: ['a', 'b'],
    engines: 2,
    over: over.signal,
    pause: () => Promise.resolve(),
    begin: (number) => {
      const [maker, update, remove] = takers[begun.length % takers.length] ?? ['', '', ''];
      begun.push(number);
      const taken = new Map([
        ['create', maker],
        ['update', update],
        ['delete', remove],
      ] as const);
      return { lifecycle: { maker, takers: taken }, ended: Promise.resolve() };
    },
  });
  return { relays, begun, over };
}

test('relays end once one stack of the swapped api was changed, and one deleted, through the other', async (t) => {
  const { relays, begun } = relaysTakenBy(['a', 'b', 'a'], ['a', 'a', 'b'], ['a', 'a', 'a']);
  relays.swapped('a');
  await relays.crossed;
  t.is(begun.length, 2);
});

test('no relay waits for the end of another: once is enough for the crossing', async (t) => {
  const never = Promise.withResolvers<void>();
  const takers = new Map<'create' | 'update' | 'delete', string>();
  const begun: string[] = [];
  const relays = new Relays({
    apis: ['a', 'b'],
    engines: 2,
    over: new AbortController().signal,
    pause: () => {
      takers.set(takers.has('update') ? 'delete' : 'update', 'b');
      return Promise.resolve();
    },
    begin: (number) => {
      begun.push(number);
      return { lifecycle: { maker: 'a', takers }, ended: never.promise };
    },
  });
  relays.swapped('a');
  await relays.crossed;
  t.true(begun.length <= 3);
});

test('relays that another api made are limited in number', async (t) => {
  const over = new AbortController();
  const begun: string[] = [];
  let pauses = 0;
  const relays = new Relays({
    apis: ['a', 'b'],
    engines: 2,
    over: over.signal,
    pause: () => {
      pauses += 1;
      if (pauses > 100) over.abort();
      return Promise.resolve();
    },
    begin: (number) => {
      begun.push(number);
      return { lifecycle: { maker: 'b', takers: new Map() }, ended: new Promise(() => {}) };
    },
  });
  relays.swapped('a');
  await relays.crossed;
  t.is(begun.length, 6);
});

test('relays begin again if the balancer sent no deletion to the other', async (t) => {
  const kept = ['a', 'b', 'a'] as const;
  const { relays, begun } = relaysTakenBy(kept, kept, kept, kept, ['a', 'b', 'b'], kept);
  relays.swapped('a');
  await relays.crossed;
  t.is(begun.length, 5);
  t.is(new Set(begun).size, 5);
});

test('a stack that another api made, or that the swapped api changed itself, is no relay', async (t) => {
  const { relays, begun } = relaysTakenBy(['b', 'a', 'a'], ['a', 'a', 'a']);
  relays.swapped('a');
  await relays.crossed;
  t.true(begun.length > 8, 'many');
  t.true(begun.length <= 32, 'and not without end');
});

test('a few relays begin where one engine was swapped and another was not yet', async (t) => {
  const { relays, begun } = relaysTakenBy(['a', 'a', 'a']);
  relays.engineSwapped('node1/heat-engine');
  await relays.crossed;
  t.is(begun.length, 3);
  relays.engineSwapped('node2/heat-engine');
  await relays.crossed;
  t.is(begun.length, 3);
});

test('if all are swapped, or the load is over, no relay begins', async (t) => {
  const { relays, begun } = relaysTakenBy(['a', 'b', 'b']);
  relays.swapped('a');
  relays.swapped('b');
  await relays.crossed;
  const before = begun.length;
  relays.swapped('b');
  await relays.crossed;
  t.is(begun.length, before);
  const other = relaysTakenBy(['a', 'b', 'b']);
  other.over.abort();
  other.relays.swapped('a');
  await other.relays.crossed;
  t.is(other.begun.length, 0);
});
