import { afterAll, beforeAll, expect } from 'vitest';
import type { LabOptions } from '../options.ts';
import { verdictMatchers, type VerdictMatchers } from '../verdict/matchers.ts';
import {
  fixturesOf,
  type FixtureOptions,
  type SharedLab,
  type SharedRun,
  type SharedRunOptions,
} from './shared-run.ts';

export type { FixtureOptions, SharedLab, SharedRun, SharedRunOptions };
export { assertVerdict } from '../verdict/assert-verdict.ts';

const fixtures = fixturesOf((timeoutMs) => ({
  before: (work) => beforeAll(work, timeoutMs),
  after: (work) => afterAll(work, timeoutMs),
}));

declare module 'vitest' {
  // The same parameters as Vitest's own.
  interface Matchers<
    R extends void | Promise<void> = void | Promise<void>,
    T = unknown,
  > extends VerdictMatchers<R> {}
}

expect.extend(verdictMatchers);

/**
 * One run for all tests of a file, under Vitest. It begins before the first test, with its own
 * time-out.
 *
 * ```ts
 * import { expect, test } from 'vitest';
 * import { sharedRun } from 'rollgate/vitest';
 *
 * const run = sharedRun({ series: '2025.1', to: '2026.1', choreography: 'guide' });
 *
 * test('old and new work side by side', () => {
 *   expect(run.value).toProve('supports-rolling-upgrade');
 *   expect(run.value).not.toHaveCause('stack-lost');
 * });
 * ```
 */
export function sharedRun(options: SharedRunOptions): SharedRun {
  return fixtures.sharedRun(options);
}

/**
 * One lab for all tests of a file, under Vitest. It is removed after the last one.
 *
 * ```ts
 * import { expect, test } from 'vitest';
 * import { sharedLab } from 'rollgate/vitest';
 *
 * const lab = sharedLab({ series: '2025.1', topology: '1x1' });
 *
 * test('the engine runs', async () => {
 *   expect(await lab.value.service('node1/heat-engine').state()).toBe('running');
 * });
 * ```
 */
export function sharedLab(options: LabOptions & FixtureOptions): SharedLab {
  return fixtures.sharedLab(options);
}
