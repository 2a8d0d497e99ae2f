import { after, before } from 'node:test';
import type { LabOptions } from '../options.ts';
import {
  fixturesOf,
  type FixtureOptions,
  type SharedLab,
  type SharedRun,
  type SharedRunOptions,
} from './shared-run.ts';

export type { FixtureOptions, SharedLab, SharedRun, SharedRunOptions };
export { assertVerdict } from '../verdict/assert-verdict.ts';

const fixtures = fixturesOf((timeout) => ({
  before: (work) => before(work, { timeout }),
  after: (work) => after(work, { timeout }),
}));

/**
 * One run for all tests of a file, under Node's own test runner. It begins before the first test,
 * with its own time-out.
 *
 * ```ts
 * import { test } from 'node:test';
 * import { assertVerdict, sharedRun } from 'rollgate/node-test';
 *
 * const run = sharedRun({ series: '2025.1', to: '2026.1', choreography: 'guide' });
 *
 * test('old and new work side by side', () => {
 *   assertVerdict(run.value).proves('supports-rolling-upgrade');
 * });
 * ```
 */
export function sharedRun(options: SharedRunOptions): SharedRun {
  return fixtures.sharedRun(options);
}

/**
 * One lab for all tests of a file, under Node's own test runner. It is removed after the last one.
 *
 * ```ts
 * import assert from 'node:assert';
 * import { test } from 'node:test';
 * import { sharedLab } from 'rollgate/node-test';
 *
 * const lab = sharedLab({ series: '2025.1', topology: '1x1' });
 *
 * test('the engine runs', async () => {
 *   assert.equal(await lab.value.service('node1/heat-engine').state(), 'running');
 * });
 * ```
 */
export function sharedLab(options: LabOptions & FixtureOptions): SharedLab {
  return fixtures.sharedLab(options);
}
