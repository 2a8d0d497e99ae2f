import test from 'ava';
import { judge } from '../../../src/verdict/judge.ts';
import { compareTrends, trendOf } from '../../../src/verdict/many-runs/trend.ts';
import type { Verdict } from '../../../src/verdict/schema/verdict.ts';
import { badRoll } from '../runs.ts';

const bad = judge(badRoll().events);
const good: Verdict = { ...bad, outcome: 'passed', causes: [], api: { ...bad.api, failed: 0 } };

const times = (count: number, verdict: Verdict): readonly Verdict[] =>
  Array.from({ length: count }, () => verdict);

test('a cause in 3 of 40 runs is reported with this rate and its interval', (t) => {
  const [row] = trendOf([...times(37, good), ...times(3, bad)]);
  t.is(row?.runs, 40);
  t.like(row?.passed, { hits: 37, runs: 40 });
  const kind = bad.causes[0]?.kind ?? '?';
  const cause = row?.causes.find((one) => one.kind === kind);
  t.like(cause?.rate, { hits: 3, runs: 40 });
  t.true((cause?.rate.low ?? 0) > 0.015 && (cause?.rate.low ?? 1) < 0.016);
});

test('runs that did not finish are counted separately', (t) => {
  const [row] = trendOf([good, { ...bad, ended: 'aborted', outcome: 'error' }]);
  t.like(row, { runs: 1, unfinished: 1 });
  t.is(row?.lostRequests.hits, 0);
  t.like(row?.passed, { hits: 1, runs: 1 });
  const [broken] = trendOf([good, { ...bad, ended: 'failed' }]);
  t.like(broken?.passed, { hits: 1, runs: 2 }, 'a roll that broke is a failure');
});

test('another pair or choreography is another row', (t) => {
  const other = { ...good, choreography: 'gentle' };
  t.is(trendOf([good, other, good]).length, 2);
});

test('none of 20 before and all of 20 now is a change', (t) => {
  const compared = compareTrends(trendOf(times(20, good)), trendOf(times(20, bad)));
  const passed = compared.find(({ what }) => what === 'passed');
  t.like(passed, { judged: 'changed' });
  t.true((passed?.p ?? 1) < 1e-6);
});

test('the same rates are no evidence, and two runs each are too few to judge', (t) => {
  const half = trendOf([...times(20, good), ...times(20, bad)]);
  t.deepEqual(
    new Set(compareTrends(half, half).map(({ judged }) => judged)),
    new Set(['no-evidence']),
  );
  const few = compareTrends(trendOf(times(2, good)), trendOf(times(2, bad)));
  t.deepEqual(new Set(few.map(({ judged }) => judged)), new Set(['too-few']));
});
