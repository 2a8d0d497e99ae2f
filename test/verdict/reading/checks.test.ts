import test from 'ava';
import type { EventOf } from '../../../src/events/event.ts';
import { renderJunit } from '../../../src/report/files/junit.ts';
import { renderVerdict } from '../../../src/report/terminal/summary/summary.ts';
import { exitStatusOfVerdict, judge } from '../../../src/verdict/judge.ts';
import type { Verdict } from '../../../src/verdict/schema/verdict.ts';
import { cleanRoll } from '../runs.ts';
import type { Story } from '../stream.ts';

interface Checked {
  readonly point?: string;
  readonly status?: 'passed' | 'failed';
  readonly onFailure?: 'fail' | 'warn';
}

const TEST = 'heat_tempest_plugin.tests.functional.test_preview.StackPreviewTest.test_basic[id-1]';

/** A clean roll whose last settling is a check too. */
function checked({ point = 'after', status = 'passed', onFailure = 'fail' }: Checked): Story {
  const story = cleanRoll().stage('checks', [{ id: '9.1', name: 'check: smoke', kind: 'check' }]);
  const step = '9.1';
  return story
    .at(44)
    .step(step)
    .add({ type: 'check-started', at: 44_000, step, point, check: 'tempest', onFailure })
    .add({ type: 'check-case', at: 44_100, step, name: TEST, status, seconds: 1, detail: 'Boom' })
    .add(finished(status))
    .at(45)
    .done(step);
}

function finished(status: 'passed' | 'failed'): EventOf<'check-finished'> {
  const detail = `Tempest: 1 ${status}`;
  return {
    type: 'check-finished',
    at: 44_200,
    step: '9.1',
    status,
    seconds: 2,
    detail,
    output: 'end',
  };
}

const clauseOf = (verdict: Verdict, tag: 'supports-upgrade' | 'supports-rolling-upgrade') =>
  verdict.tags[tag].clauses.find(({ id }) => id === 'checks-passed');

test('a check that failed is a cause, and one that only warns is none', (t) => {
  const causesOf = (checkedRun: Checked) =>
    judge(checked(checkedRun).finished().events).causes.filter(
      ({ kind }) => kind === 'check-failed',
    );
  const [cause, ...others] = causesOf({ status: 'failed' });
  t.deepEqual(others, []);
  t.like(cause, {
    title: 'A check of the scenario failed: smoke',
    step: '9.1',
    count: 1,
    unit: 'checks',
    sample: 'Tempest: 1 failed',
    evidence: [
      '9.1 check: smoke: Tempest: 1 failed (StackPreviewTest.test_basic)',
      'The end of its output: end',
    ],
  });
  t.deepEqual(causesOf({ status: 'failed', onFailure: 'warn' }), []);
  t.deepEqual(causesOf({ status: 'passed' }), []);
});

test('a run without checks has no clauses about checks', (t) => {
  const verdict = judge(cleanRoll().events);
  t.deepEqual(verdict.checks, []);
  t.is(clauseOf(verdict, 'supports-upgrade'), undefined);
});

test('a check that failed fails the run and names its test', (t) => {
  const verdict = judge(checked({ status: 'failed' }).events);
  t.is(exitStatusOfVerdict(verdict), 99);
  t.deepEqual(verdict.reasons, [
    '9.1 check: smoke: Tempest: 1 failed (StackPreviewTest.test_basic)',
  ]);
  t.is(clauseOf(verdict, 'supports-upgrade')?.status, 'failed');
  t.is(verdict.tags['supports-upgrade'].status, 'failed');
});

test('a check that only warns is reported and fails nothing', (t) => {
  const story = checked({ status: 'failed', onFailure: 'warn' });
  const verdict = judge(story.events);
  t.is(exitStatusOfVerdict(verdict), 0);
  t.deepEqual(verdict.reasons.slice(1), ['0 of 1 check passed.']);
  t.is(verdict.checks[0]?.status, 'failed');
  t.is(clauseOf(verdict, 'supports-upgrade'), undefined);
  t.notRegex(renderJunit(story.events, verdict), /<failure/);
});

test('a check in the mixed state is a clause of rolling', (t) => {
  const verdict = judge(checked({ point: 'mixed' }).events);
  t.is(clauseOf(verdict, 'supports-rolling-upgrade')?.status, 'proven');
  t.is(clauseOf(verdict, 'supports-upgrade'), undefined);
});

test('a check that the run did not reach has not passed', (t) => {
  const events = checked({}).events.filter(({ type }) => type !== 'check-finished');
  const verdict = judge(events);
  t.is(verdict.checks[0]?.status, 'not-done');
  t.is(clauseOf(verdict, 'supports-upgrade')?.status, 'not-proven');
});

test('the time of a check is not part of any window in which response times are compared', (t) => {
  const story = checked({});
  const { latency } = judge(story.add(slow(44_050)).events).api;
  t.true((latency.stages.after.all?.maxMs ?? 0) < 5000);
});

function slow(at: number): EventOf<'request'> {
  const sentAt = 44_010;
  return {
    type: 'request',
    at: at + 9000,
    id: 'req-slow',
    probe: 'list',
    operation: 'GET stacks',
    connection: 'new',
    scheduledAt: sentAt,
    sentAt,
    outcome: 'served',
    server: 'node1/heat-api',
  };
}

test('the terminal and JUnit show the check, with its tests as cases', (t) => {
  const { events } = checked({ status: 'failed' });
  const verdict = judge(events);
  const text = renderVerdict(verdict, { color: false });
  t.regex(text, /^Checks {2}0 of 1 check passed\n {8}9\.1 check: smoke: Tempest: 1 failed/m);
  const junit = renderJunit(events, verdict);
  t.regex(junit, /<testsuite name="checks" tests="1" failures="1"/);
  t.regex(junit, /<testsuite name="9\.1 check: smoke" tests="1" failures="1"/);
  t.regex(junit, /<testcase name="heat_tempest_plugin.*StackPreviewTest\.test_basic\[id-1\]"/);
});
