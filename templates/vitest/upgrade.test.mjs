import { sharedRun } from 'rollgate/vitest';
import { expect, test } from 'vitest';

// One run for all tests of this file, in a lab of real containers.
const run = sharedRun({ scenario: 'upgrade.yaml' });

test('old and new releases work side by side', () => {
  expect(run.value).toProve('supports-rolling-upgrade');
});

test('no stack is lost', () => {
  expect(run.value).toLose({ lost: 0 });
});
