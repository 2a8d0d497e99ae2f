import test from 'ava';
import type { FoundIn } from '../../src/preflight/inventory.ts';
import { found, PLACE, described } from './inventories.ts';

/** A context that carries each attribute by its key, both ways. */
function context(
  sends: Readonly<Record<string, string | null>>,
  takes: Readonly<Record<string, string>> = {},
): FoundIn<'context'> {
  const own = Object.entries(sends).flatMap(([key, attribute]) =>
    attribute === null ? [] : [[key, attribute] as const],
  );
  const read = { ...Object.fromEntries(own), ...takes };
  return {
    sends: { ...PLACE, keys: { ...sends } },
    takes: {
      ...PLACE,
      keys: Object.fromEntries(Object.entries(read).map(([key, attribute]) => [key, [attribute]])),
      preferred: Object.fromEntries(
        Object.entries(read).map(([key, attribute]) => [attribute, key]),
      ),
    },
  };
}

test('an attribute whose key has another name is lost in both directions', (t) => {
  const findings = found(
    { context: context({ user_id: 'user_id', roles: 'roles' }) },
    { context: context({ user: 'user_id', roles: 'roles' }) },
  );
  t.deepEqual(
    findings.map(({ id, severity, avoidedBy }) => [id, severity, avoidedBy]),
    [
      ['context-from-base', 'risk', ['cold', 'guide']],
      ['context-from-target', 'risk', ['cold', 'guide', 'guide-api-first']],
    ],
  );
  t.regex(findings[1]?.title ?? '', /from 2\.0\.0 reaches 1\.0\.0 without user_id/);
  t.is(findings[1]?.evidence[0]?.text, 'to_dict sends them as user');
});

test('a reader of the old key loses nothing', (t) => {
  const findings = found(
    { context: context({ user_id: 'user_id' }) },
    { context: context({ user: 'user_id' }, { user_id: 'user_id' }) },
  );
  t.deepEqual(
    findings.map(({ id }) => id),
    ['context-from-target'],
  );
});

test('a key with other contents counts as missing', (t) => {
  t.deepEqual(
    found(
      { context: context({ user: 'username' }) },
      { context: context({ user: 'user_id' }) },
    ).map(({ id }) => id),
    ['context-from-target'],
  );
});

test('without a token, a project or roles an engine can do nothing', (t) => {
  const [one] = described(
    { context: context({ roles: 'roles' }) },
    { context: context({ role_names: 'roles' }, { roles: 'roles' }) },
  );
  t.regex(one ?? '', /^blocking: /);
});

test('a key that is no longer sent is missing for its readers', (t) => {
  t.deepEqual(
    found(
      { context: context({ trust_id: 'trust_id', roles: 'roles' }) },
      { context: context({ roles: 'roles' }, { trust_id: 'trust_id' }) },
    ).map(({ id }) => id),
    ['context-from-target'],
  );
});

test('an attribute that is new in the target harms no service, and neither does one with an unknown key', (t) => {
  t.deepEqual(
    described(
      { context: context({ a: 'a' }) },
      { context: context({ a: 'a', system_scope: 'scope' }) },
    ),
    [],
  );
  t.deepEqual(described({ context: context({ a: 'a' }) }, { context: context({ a: null }) }), []);
});
