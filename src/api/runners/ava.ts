import test, { type ExecutionContext } from 'ava';
import type { LabOptions } from '../options.ts';
import { assertVerdict as chained, type VerdictAssertion } from '../verdict/assert-verdict.ts';
import type { Judged } from '../verdict/judged.ts';
import {
  fixturesOf,
  type FixtureOptions,
  type SharedLab,
  type SharedRun,
  type SharedRunOptions,
} from './shared-run.ts';

export type { FixtureOptions, SharedLab, SharedRun, SharedRunOptions };

const fixtures = fixturesOf((timeoutMs) => ({
  before(work) {
    test.before('rollgate', async (t) => {
      t.timeout(timeoutMs, 'the lab or its run took too long');
      await work();
    });
  },
  after(work) {
    test.after.always('rollgate', async (t) => {
      t.timeout(timeoutMs);
      await work();
    });
  },
}));

/**
 * One run for all tests of a file, under AVA. It begins before the first test, with its own
 * time-out.
 *
 * ```ts
 * import test from 'ava';
 * import { assertVerdict, sharedRun } from 'rollgate/ava';
 *
 * const run = sharedRun({ series: '2025.1', to: '2026.1', choreography: 'guide' });
 *
 * test('old and new work side by side', (t) => {
 *   assertVerdict(t, run.value).proves('supports-rolling-upgrade');
 * });
 * test('no stack is lost', (t) => {
 *   assertVerdict(t, run.value).loses({ lost: 0 });
 * });
 * ```
 */
export function sharedRun(options: SharedRunOptions): SharedRun {
  return fixtures.sharedRun(options);
}

/**
 * One lab for all tests of a file, under AVA. It is removed after the last one.
 *
 * ```ts
 * import test from 'ava';
 * import { sharedLab } from 'rollgate/ava';
 *
 * const lab = sharedLab({ series: '2025.1', topology: '1x1' });
 *
 * test('the engine runs', async (t) => {
 *   t.is(await lab.value.service('node1/heat-engine').state(), 'running');
 * });
 * ```
 */
export function sharedLab(options: LabOptions & FixtureOptions): SharedLab {
  return fixtures.sharedLab(options);
}

/**
 * `assertVerdict` for AVA, which counts each assertion as one of the test's own.
 *
 * ```ts
 * import test from 'ava';
 * import { assertVerdict, sharedRun } from 'rollgate/ava';
 *
 * const run = sharedRun({ series: '2025.1', to: '2026.1', choreography: 'gentle' });
 * test('nothing is lost', (t) => {
 *   assertVerdict(t, run.value).loses({ requests: 0, stacks: 0 });
 * });
 * ```
 */
export function assertVerdict(
  t: Pick<ExecutionContext, 'pass' | 'fail'>,
  run: Judged,
): VerdictAssertion {
  return chained(run, {
    pass: (expected) => void t.pass(expected),
    fail: (message) => void t.fail(message),
  });
}
