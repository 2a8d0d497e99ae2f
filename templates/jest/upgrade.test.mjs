import { runScenario, verdictMatchers } from 'rollgate';

expect.extend(verdictMatchers);

// One run for all tests of this file, in a lab of real containers.
let run;
beforeAll(async () => {
  run = await runScenario({ scenario: 'upgrade.yaml' });
}, 30 * 60_000);

test('old and new releases work side by side', () => {
  expect(run).toProve('supports-rolling-upgrade');
});

test('no stack is lost', () => {
  expect(run).toLose({ lost: 0 });
});
