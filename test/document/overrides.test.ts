import test from 'ava';
import { applyOverrides, parseSet } from '../../src/document/overrides.ts';
import { RollgateError } from '../../src/errors.ts';

const set = (text: string) => parseSet(text, ['base']);

test('--set has a path and a YAML value', (t) => {
  t.deepEqual(set('load.workload.rate=2'), {
    option: '--set load.workload.rate',
    path: ['load', 'workload', 'rate'],
    value: 2,
  });
  t.deepEqual(set('load.probes.0.rate=5').path, ['load', 'probes', 0, 'rate']);
  t.deepEqual(set('require=[a, b]').value, ['a', 'b']);
  t.is(set('name=a=b').value, 'a=b');
});

test('a text value stays text', (t) => {
  t.is(set('base=2025.10').value, '2025.10');
});

for (const text of ['load', '=2', 'load..rate=2', 'load={']) {
  test(`--set ${text} is refused`, (t) => {
    const error = t.throws(() => set(text), { instanceOf: RollgateError });
    t.is(error.code, 'invalid-option');
    t.is(error.kind, 'usage');
  });
}

test('a value is set at its path, and the rest stays unchanged', (t) => {
  const data = { load: { probes: [{ rate: 1 }, { rate: 2 }], chain: 3 } };
  const result = applyOverrides(data, [set('load.probes.1.rate=9'), set('seed=1')]);
  t.deepEqual(result, { load: { probes: [{ rate: 1 }, { rate: 9 }], chain: 3 }, seed: 1 });
  t.deepEqual(data, { load: { probes: [{ rate: 1 }, { rate: 2 }], chain: 3 } });
});

test('missing parents are created, and no override reaches a prototype', (t) => {
  t.deepEqual(applyOverrides(null, [set('a.b=1'), set('c.0=2')]), { a: { b: 1 }, c: [2] });
  applyOverrides({}, [set('__proto__.polluted=1')]);
  t.false('polluted' in {});
});
