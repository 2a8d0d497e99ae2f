import test from 'ava';
import { judge } from '../../../src/verdict/judge.ts';
import { sideBySide } from '../../../src/verdict/many-runs/side-by-side.ts';
import { badRoll, cleanRoll, roll } from '../runs.ts';

const bad = judge(badRoll().events);
const clean = judge(cleanRoll().events);

test('a run beside itself: every cause is in both, and nothing differs', (t) => {
  const { setups, causes, lost, tags } = sideBySide(bad, bad);
  t.deepEqual(setups, []);
  t.is(causes.length, bad.causes.length);
  t.true(causes.every(({ first, second }) => first !== null && first === second));
  t.true(lost.length > 0 && lost.every(({ first, second }) => first === second));
  t.true(tags.every(({ first, second, clauses }) => first === second && clauses.length === 0));
});

test('a loss in only one of two runs is shown only on its side', (t) => {
  const { causes, lost } = sideBySide(clean, bad);
  const only = causes.filter(({ first }) => first === null).map(({ second }) => second?.id);
  const ids = new Set(clean.causes.map(({ id }) => id));
  t.deepEqual(
    only,
    bad.causes.map(({ id }) => id).filter((id) => !ids.has(id)),
  );
  t.true(only.length > 0);
  t.is(
    lost.reduce((sum, { second }) => sum + second, 0),
    bad.api.failed,
  );
  t.is(
    lost.reduce((sum, { first }) => sum + first, 0),
    clean.api.failed,
  );
});

test('a tag names the clauses that differ', (t) => {
  const { tags } = sideBySide(clean, bad);
  for (const { name, first, second, clauses } of tags) {
    t.is(first, clean.tags[name].status);
    t.is(second, bad.tags[name].status);
    if (first !== second) t.true(clauses.length > 0, name);
  }
  t.true(tags.some(({ first, second }) => first !== second));
});

test('causes of other plans meet by kind, harm and place, those of one plan by their id alone', (t) => {
  const [cause] = bad.causes;
  if (cause === undefined) return t.fail('a bad roll has a cause');
  const moved = { ...cause, id: `${cause.id}-elsewhere`, step: '9.9' };
  const one = { ...bad, causes: [cause] };
  const same = sideBySide(one, { ...bad, causes: [moved] });
  t.is(same.causes.length, 2);
  const other = sideBySide(one, { ...bad, choreography: 'other', causes: [moved] });
  t.deepEqual(other.causes, [{ first: cause, second: moved }]);
});

test('different loads are named', (t) => {
  const other = judge(roll({ choreography: 'cold', topology: '3x3' }).events);
  t.deepEqual(
    sideBySide(clean, other).setups.map(([what]) => what),
    ['choreography', 'topology'],
  );
});
