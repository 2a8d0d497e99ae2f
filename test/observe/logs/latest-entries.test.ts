import test from 'ava';
import { LatestEntries } from '../../../src/observe/logs/latest-entries.ts';

test('an entry is forgotten when too many were made after it', (t) => {
  const entries = new LatestEntries<number>(3);
  for (const [index, key] of ['a', 'b', 'c'].entries()) entries.set(key, index);
  entries.set('a', 10);
  t.deepEqual([...entries.values()], [10, 1, 2]);
  entries.set('d', 3);
  t.is(entries.get('a'), undefined);
  t.deepEqual([...entries.values()], [1, 2, 3]);
});

test('an entry that was made again is as young as its last making', (t) => {
  const entries = new LatestEntries<number>(3);
  entries.set('a', 0);
  entries.set('b', 1);
  entries.delete('a');
  entries.set('a', 2);
  entries.set('c', 3);
  t.deepEqual([entries.get('a'), entries.get('b'), entries.get('c')], [2, 1, 3]);
  entries.set('d', 4);
  t.is(entries.get('b'), undefined);
  entries.set('e', 5);
  t.deepEqual([...entries.values()], [3, 4, 5]);
});
