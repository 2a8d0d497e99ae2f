import { test } from 'node:test';
import { assertVerdict } from 'rollgate';
import { sharedRun } from 'rollgate/node-test';

// One run for all tests of this file, in a lab of real containers.
const run = sharedRun({ scenario: 'upgrade.yaml' });

test('old and new releases work side by side', () => {
  assertVerdict(run.value).proves('supports-rolling-upgrade');
});

test('no stack is lost', () => {
  assertVerdict(run.value).loses({ lost: 0 });
});
