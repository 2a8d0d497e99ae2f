import test from 'ava';
import { overall } from '../../../src/verdict/clauses/clause.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { cleanRoll } from '../runs.ts';

test('each tag but the first builds on another', (t) => {
  const { tags } = judge(cleanRoll().events);
  const below = (tag: keyof typeof tags): readonly string[] =>
    tags[tag].clauses.flatMap(({ id }) => (id.startsWith('holds-') ? [id.slice(6)] : []));
  t.deepEqual(below('supports-upgrade'), []);
  t.deepEqual(below('supports-accessible-upgrade'), ['supports-upgrade']);
  t.deepEqual(below('supports-rolling-upgrade'), ['supports-upgrade']);
  t.deepEqual(below('supports-zero-downtime-upgrade'), [
    'supports-upgrade',
    'supports-rolling-upgrade',
  ]);
  t.deepEqual(below('supports-zero-impact-upgrade'), ['supports-zero-downtime-upgrade']);
});

test('one failed clause fails a tag, an unproven clause leaves it open, and without clauses nothing is proven', (t) => {
  t.is(overall(['proven', 'failed', 'not-proven']), 'failed');
  t.is(overall(['proven', 'not-proven']), 'not-proven');
  t.is(overall(['proven', 'proven']), 'proven');
  t.is(overall([]), 'not-proven');
});
