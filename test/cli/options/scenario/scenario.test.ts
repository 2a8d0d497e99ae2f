import test from 'ava';
import { overridesOf } from '../../../../src/cli/options/scenario/scenario.ts';

test('each option changes its part of the scenario, --set last', (t) => {
  const overrides = overridesOf({
    from: '2025.10',
    to: 'image:x',
    choreography: 'cold',
    topology: '1x1',
    seed: '7',
    set: ['seed=8', 'target=2026.10'],
  });
  t.deepEqual(
    overrides.map(({ option, path, value }) => [option, path.join('.'), value]),
    [
      ['--from', 'base', '2025.10'],
      ['--to', 'target', 'image:x'],
      ['--choreography', 'choreography', 'cold'],
      ['--topology', 'topology', '1x1'],
      ['--seed', 'seed', 7],
      ['--set seed', 'seed', 8],
      ['--set target', 'target', '2026.10'],
    ],
  );
});

test('absent options change nothing', (t) => {
  t.deepEqual(overridesOf({}), []);
});

test('a seed that is not a number is left to the schema to refuse', (t) => {
  t.is(overridesOf({ seed: 'x' })[0]?.value, 'x');
});
