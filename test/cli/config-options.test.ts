import test from 'ava';
import { configOverrides } from '../../src/cli/config-options.ts';
import { applyOverrides } from '../../src/scenario/overrides.ts';

test('an option is everybody’s, or of those that are named, behind what the scenario has', (t) => {
  const overrides = configOverrides([
    'DEFAULT.debug=true',
    'target:database.connection=a=b',
    'node1/heat-engine:DEFAULT.num_engine_workers=2',
  ]);
  const before = { config: { DEFAULT: { a: 1 } }, configFor: [{ on: 'base', config: {} }] };
  t.deepEqual(applyOverrides(before, overrides), {
    config: { DEFAULT: { a: 1, debug: 'true' } },
    configFor: [
      { on: 'base', config: {} },
      { on: 'target', config: { database: { connection: 'a=b' } } },
      { on: 'node1/heat-engine', config: { DEFAULT: { num_engine_workers: '2' } } },
    ],
  });
});

for (const text of ['debug=true', 'DEFAULT.debug', 'a:b:DEFAULT.debug=1']) {
  test(`${text} is no option of a configuration`, (t) => {
    t.throws(() => configOverrides([text]), { code: 'invalid-option' });
  });
}
