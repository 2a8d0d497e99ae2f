import test from 'ava';
import { assertVerdict, sharedRun } from 'rollgate/ava';

// One run for all tests of this file, in a lab of real containers.
const run = sharedRun({ scenario: 'upgrade.yaml' });

test('old and new releases work side by side', (t) => {
  assertVerdict(t, run.value).proves('supports-rolling-upgrade');
});

test('no stack is lost', (t) => {
  assertVerdict(t, run.value).loses({ lost: 0 });
});
