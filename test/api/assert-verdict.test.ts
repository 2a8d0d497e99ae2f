import test from 'ava';
import { expect } from 'expect';
import { assertVerdict } from '../../src/api/verdict/assert-verdict.ts';
import { explain } from '../../src/api/verdict/explain.ts';
import { verdictMatchers, type VerdictMatchers } from '../../src/api/verdict/matchers.ts';
import { CAUSE_KINDS } from '../../src/verdict/causes/kinds.ts';
import { judge } from '../../src/verdict/judge.ts';
import { badRoll, cleanRoll, roll } from '../verdict/runs.ts';

declare module 'expect' {
  interface Matchers<R> extends VerdictMatchers<R> {}
}

const clean = { verdict: judge(cleanRoll().events), directory: '/runs/clean' };
const bad = { verdict: judge(badRoll().events), directory: '/runs/bad' };
/** It was aborted on the way. */
const aborted = { verdict: judge(roll().at(46).finished('aborted').events) };

test('assertions that hold can be chained and throw nothing', (t) => {
  t.notThrows(() =>
    assertVerdict(clean)
      .proves('supports-rolling-upgrade')
      .loses({ requests: 0, stacks: 0, stuck: 0, failed: 0, lost: 0 })
      .hasNoCause('stuck-unexplained')
      .passes(),
  );
  t.notThrows(() =>
    assertVerdict(bad)
      .loses({ requests: { atLeast: 1 }, stacks: { atLeast: 1, atMost: 20 } })
      .hasCause('work-refused-after-acknowledgement'),
  );
});

test('one error contains the tag, the clause with its evidence, the causes, the report and the command', (t) => {
  const error = t.throws(() => assertVerdict(bad).proves('supports-rolling-upgrade'), {
    code: 'verdict-unmet',
  });
  const stepOf = 'from step 2.3 swap node2/heat-engine';
  t.is(
    error.message,
    [
      'expected: supports-rolling-upgrade is proven',
      '  found    it is failed: versions-understand-each-other: 2 messages refused, the first at 15.2 s in step 2.3 by node2/heat-engine 24.0.0.',
      '  run      2025.1 → 2026.1, shared-vhost on 2x2, seed 7',
      `  cause    2 stacks: heat-engine 24.0.0 took work off the queue, then refused its RPC version (2 refusals), on node2, ${stepOf}`,
      `           1 stack: heat-engine 24.0.0 on node2 was being stopped and dropped work that it had taken, on node2, ${stepOf}`,
      '           1 stack: Work came to a halt for no reason that rollgate saw, from step 3.1 settle',
      '           and 1 more in the report',
      '  report   /runs/bad/report.html',
      '  again    npx rollgate repro /runs/bad',
    ].join('\n'),
  );
});

test('an assertion on losses names the losses and only their causes', (t) => {
  const requests = t.throws(() => assertVerdict(bad).loses({ requests: 0 }));
  t.regex(requests.message, /^expected: no requests are lost\n {2}found +1 of \d+ requests\n/);
  t.notRegex(requests.message, /stacks: heat-engine/);
  const stacks = t.throws(() => assertVerdict(bad).loses({ stuck: { atMost: 0 } }));
  t.regex(stacks.message, /^expected: no stuck stacks\n/);
  t.regex(stacks.message, /took work off the queue/);
  t.throws(() => assertVerdict(clean).loses({ requests: { atLeast: 1 } }), {
    message: /^expected: at least 1 requests are lost\n {2}found +0 of/,
  });
});

test('a cause that must not occur is named with its node and step', (t) => {
  const kind = 'work-refused-after-acknowledgement';
  t.throws(() => assertVerdict(bad).hasNoCause(kind), {
    message:
      /expected: there is no cause work-refused.*\n.*\n.*\n {2}cause.*on node2, from step 2\.\d/,
  });
  t.throws(() => assertVerdict(clean).hasCause(kind), { message: /found +there is no cause/ });
});

test('a result that was not measured passes no assertion, positive or negated', (t) => {
  const asserts = assertVerdict(aborted);
  t.throws(() => asserts.proves('supports-upgrade'), { message: /^not measured: / });
  t.throws(() => asserts.loses({ requests: 0 }), { message: /did not come to its end/ });
  t.throws(() => asserts.hasNoCause('stack-lost'), { message: /^not measured: / });
  t.throws(() => asserts.passes(), { message: /^not measured: / });
  expect.extend(verdictMatchers);
  t.throws(() => expect(aborted).not.toProve('supports-upgrade'), { message: /^not measured: / });
  t.throws(() => expect(aborted).not.toHaveCause('stack-lost'), { message: /^not measured: / });
  t.throws(() => expect(aborted).toProve('supports-upgrade'), { message: /^not measured: / });
});

test('a run without requests or without stacks lost none, and proves nothing', (t) => {
  const { api, stacks } = clean.verdict;
  const idle = {
    verdict: { ...clean.verdict, api: { ...api, requests: 0 }, stacks: { ...stacks, accepted: 0 } },
  };
  t.throws(() => assertVerdict(idle).loses({ requests: 0 }), { message: /no request was sent/ });
  t.throws(() => assertVerdict(idle).loses({ stacks: 0 }), { message: /no stack was accepted/ });
});

test('losses that noise may have made are not measured', (t) => {
  const { api } = clean.verdict;
  const noisy = {
    verdict: {
      ...clean.verdict,
      api: { ...api, noise: { ...api.noise, requests: 2 } },
    },
  };
  t.throws(() => assertVerdict(noisy).loses({ requests: 0 }), {
    message: /^not measured: .*\n.*2 more that the noise of the machine may have lost/,
  });
  t.notThrows(() => assertVerdict(noisy).loses({ requests: 2 }));
});

test('an unknown tag, clause or cause is refused, and the nearest one is suggested', (t) => {
  const asserts = assertVerdict(clean);
  // @ts-expect-error It is misspelt.
  t.throws(() => asserts.proves('supports-roling-upgrade'), { code: 'unknown-tag' });
  // @ts-expect-error It is misspelt.
  t.throws(() => asserts.loses({ request: 0 }), { code: 'unknown-loss' });
  t.throws(() => asserts.hasNoCause('stuck-unexplaind'), { code: 'unknown-cause' });
  t.throws(() => asserts.loses({}), { code: 'no-limit' });
});

test('the matchers work with expect, and fail with the same message', (t) => {
  expect.extend(verdictMatchers);
  t.notThrows(() => expect(clean).toProve('supports-rolling-upgrade'));
  t.notThrows(() => expect(clean).toPassTheGate());
  t.notThrows(() => expect(bad).not.toProve('supports-rolling-upgrade'));
  t.notThrows(() => expect(bad).toHaveCause('work-refused-after-acknowledgement'));
  const thrown = t.throws(() => expect(bad).toProve('supports-rolling-upgrade'));
  const asserted = t.throws(() => assertVerdict(bad).proves('supports-rolling-upgrade'));
  t.is(thrown.message, asserted.message);
  t.throws(() => expect(clean).not.toProve('supports-rolling-upgrade'), {
    message: /^expected: not: supports-rolling-upgrade is proven/,
  });
});

test('explain is the summary that the command line prints', (t) => {
  const text = explain(bad.verdict, { directory: '/runs/bad' });
  t.regex(text, /FAILED|PASSED/);
  t.regex(text, /Causes\n +1\. /);
  t.regex(text, /rollgate follow \/runs\/bad \S+/);
});

test('the known kinds of causes include those of the recorded stories', (t) => {
  const kinds = bad.verdict.causes
    .filter(({ harm }) => harm !== 'log-only')
    .map(({ kind }) => kind);
  t.true(kinds.length > 1);
  for (const kind of kinds) t.true((CAUSE_KINDS as readonly string[]).includes(kind), kind);
});
