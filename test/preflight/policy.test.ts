import test from 'ava';
import type { PolicyRule } from '../../src/preflight/inventory.ts';
import { either } from '../../src/preflight/rules/policy.ts';
import { PLACE, described } from './inventories.ts';

function rule(name: string, check: string, given: Partial<PolicyRule> = {}): PolicyRule {
  return { name, check, scopes: [], formerCheck: null, ...PLACE, ...given };
}

const is = test.macro({
  title: (_, what: string) => `policy: ${what}`,
  exec(
    t,
    _what: string,
    base: readonly PolicyRule[],
    target: readonly PolicyRule[],
    expected: readonly string[],
  ) {
    t.deepEqual(described({ policy: [...base] }, { policy: [...target] }), expected);
  },
});

test(
  is,
  'rules with the same loss are one finding',
  [rule('a', 'role:x or role:y'), rule('b', '(role:y) OR (role:x)'), rule('c', 'role:x')],
  [rule('a', 'role:x'), rule('b', 'role:x'), rule('c', 'role:x')],
  ['risk: The defaults of a, b no longer allow role:y'],
);
test(
  is,
  'a right that the former check or another rule’s name keeps is no loss',
  [rule('a', 'rule:old'), rule('b', 'rule:c'), rule('c', 'role:x')],
  [rule('a', 'role:new', { formerCheck: 'rule:old' }), rule('b', 'role:x'), rule('c', 'role:x')],
  ['info: The defaults of a allow role:new too'],
);
test(
  is,
  'a right that everyone had and loses',
  [rule('a', '')],
  [rule('a', 'role:x')],
  ['risk: The defaults of a no longer allow anybody'],
);
test(
  is,
  'tokens of a scope',
  [rule('a', 'role:x', { scopes: ['project', 'system'] })],
  [rule('a', 'role:x', { scopes: ['project'] })],
  ['risk: The defaults of a no longer take tokens of scope system'],
);
test(
  is,
  'rules that are new or gone',
  [rule('a', 'role:x')],
  [rule('b', 'role:x')],
  ['info: 1 gone rule: a', 'info: 1 new rule: b'],
);

test('a check is split at its outermost “or”', (t) => {
  t.deepEqual(either('(role:admin and a:%(b)s) OR (role:x or (role:y and z:1))'), [
    'role:admin and a:%(b)s',
    'role:x',
    'role:y and z:1',
  ]);
  t.deepEqual(either('role:orc'), ['role:orc']);
});
