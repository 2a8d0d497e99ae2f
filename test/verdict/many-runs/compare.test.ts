import test from 'ava';
import { comparisonCells, renderComparison } from '../../../src/report/html/compare.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { compareChoreographies } from '../../../src/verdict/many-runs/compare.ts';
import type { Verdict } from '../../../src/verdict/schema/verdict.ts';
import { roll } from '../runs.ts';

const verdictOf = (choreography: string, lost = 0): Verdict => {
  const run = roll({ choreography });
  for (let index = 0; index < lost; index += 1) run.request('5xx-service', { status: 500 });
  return judge(run.request().step('3.1').done('3.1', 1).finished().events);
};

test('a choreography has a row for each deployer whose settings it was run with', (t) => {
  const deployer = {
    name: 'kolla-ansible',
    base: '2025.1',
    target: '2026.1',
    vcpus: 4,
    changes: [],
  };
  const own = judge(roll({ choreography: 'guide' }).events);
  const other = judge(roll({ choreography: 'guide', deployer }).events);
  t.deepEqual(
    compareChoreographies([own, other, own]).map((row) => [row.deployer, row.runs]),
    [
      [null, 2],
      ['kolla-ansible', 1],
    ],
  );
});

test('runs of one choreography are summed up, in the order in which they come first', (t) => {
  const rows = compareChoreographies([
    verdictOf('guide', 2),
    verdictOf('gentle'),
    verdictOf('guide'),
  ]);
  t.deepEqual(
    rows.map(({ choreography, runs, requestsLost }) => [choreography, runs, requestsLost]),
    [
      ['guide', 2, 2],
      ['gentle', 1, 0],
    ],
  );
  const [guide, gentle] = rows;
  t.is(guide?.requests, (gentle?.requests ?? 0) * 2 + 2);
  t.is(guide?.tags['supports-zero-downtime-upgrade'].failed, 1);
  t.true((guide?.downtimeSeconds ?? 0) >= 0);
  // From the db-sync at 5 s on, without the baseline and what comes after.
  t.is(gentle?.seconds, guide?.seconds);
  t.true((gentle?.seconds ?? 0) > 20);
});

test('a run that broke off is counted, and is in no other figure', (t) => {
  const [row] = compareChoreographies([judge(roll({ choreography: 'guide' }).events)]);
  t.like(row, { runs: 1, unfinished: 1, requests: 0, stacksAccepted: 0, seconds: null });
  t.deepEqual(comparisonCells(row === undefined ? [] : [row])[1]?.slice(0, 3), [
    'guide',
    '-',
    '1 (1 unfinished)',
  ]);
});

test('the page says what was compared, and escapes it', (t) => {
  const rows = compareChoreographies([verdictOf('<b>guide')]);
  const page = renderComparison(rows, { base: '2025.1', target: '2026.1', topology: '2x2' });
  t.regex(page, /2025\.1 → 2026\.1 on 2x2/);
  t.true(page.includes('&lt;b&gt;guide'));
  t.false(page.includes('<b>guide'));
});
