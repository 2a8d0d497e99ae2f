import test from 'ava';
import { judge } from '../../../src/verdict/judge.ts';
import {
  BUDGET_METRICS,
  judgeBudgets,
  type Budget,
} from '../../../src/verdict/many-runs/budget.ts';
import type { Verdict } from '../../../src/verdict/schema/verdict.ts';
import { badRoll, cleanRoll } from '../runs.ts';

const clean = judge(cleanRoll().events);
const bad = judge(badRoll().events);
const LOST: Budget = {
  text: 'requests_lost p(95)<=0',
  metric: 'requests_lost',
  quantile: 0.95,
  operator: '<=',
  limit: 0,
};

/** So many runs without a loss, and so many with one. */
function judgedOf(good: number, over: number, budget: Partial<Budget> = {}) {
  const runs = [...Array<Verdict>(good).fill(clean), ...Array<Verdict>(over).fill(bad)];
  const [judged, ...more] = judgeBudgets(runs, [{ ...LOST, ...budget }]);
  return more.length === 0 ? judged : undefined;
}

test('the recorded runs have the expected outcomes', (t) => {
  t.is(BUDGET_METRICS.requests_lost(clean), 0);
  t.true(BUDGET_METRICS.requests_lost(bad) > 0);
});

test('a percentile is judged only if there are enough runs to show it', (t) => {
  // 0.95^58 = 0.0510 and 0.95^59 = 0.0485: with 58 runs all within, 5 % of cases are not excluded.
  t.like(judgedOf(58, 0), { judged: 'too-few', runsNeeded: 59 });
  t.like(judgedOf(59, 0), { judged: 'kept', runs: 59, over: 0 });
  t.like(judgedOf(5, 0, { quantile: 0.5 }), { judged: 'kept', runsNeeded: 5 });
  t.like(judgedOf(4, 0, { quantile: 0.5 }), { judged: 'too-few' });
  t.is(judgedOf(0, 0), undefined);
});

test('one run beyond the limit shows nothing, and leaves enough runs undecided', (t) => {
  t.like(judgedOf(0, 1), { judged: 'too-few', over: 1 });
  t.like(judgedOf(58, 1), { judged: 'open' });
  // Binomial with 93 runs and 5 %: at most one in 4.99 % of cases.
  t.like(judgedOf(92, 1), { judged: 'kept' });
  t.like(judgedOf(91, 1), { judged: 'open' });
});

test('runs beyond the limit exceed a budget, even if there are too few runs to keep it', (t) => {
  // At least two of three with 5 % each: 0.7 % of cases; two of seven: 4.4 %; two of eight: 5.7 %.
  t.like(judgedOf(1, 2), { judged: 'exceeded' });
  t.like(judgedOf(5, 2), { judged: 'exceeded' });
  t.like(judgedOf(6, 2), { judged: 'too-few' });
});

test('a limit that is met is within <=, and beyond <', (t) => {
  t.like(judgedOf(1, 0, { operator: '<' }), { over: 1 });
  t.like(judgedOf(1, 0, { operator: '<=' }), { over: 0 });
});

test('runs that did not finish are in no budget', (t) => {
  const unfinished: Verdict = { ...bad, ended: 'aborted' };
  t.like(judgeBudgets([unfinished, clean], [LOST])[0], { runs: 1, over: 0 });
});
