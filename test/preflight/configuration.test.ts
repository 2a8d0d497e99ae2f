import test from 'ava';
import type { ConfigOption } from '../../src/preflight/inventory.ts';
import { configOption as option, found, described } from './inventories.ts';

const OF_LIBRARY = { namespace: 'oslo.log', file: 'oslo_log/_options.py' };

const is = test.macro({
  title: (_, what: string) => `options: ${what}`,
  exec(
    t,
    _what: string,
    base: readonly ConfigOption[],
    target: readonly ConfigOption[],
    expected: readonly string[],
  ) {
    t.deepEqual(described({ configuration: [...base] }, { configuration: [...target] }), expected);
  },
});

test(
  is,
  'a removed option is ignored; it is a risk if it was never deprecated',
  [
    option('a'),
    option('b', { group: 'clients_monasca' }),
    option('endpoint_type', { group: 'clients_monasca' }),
    option('heat_api_root', { group: 'heat_api' }),
    option('c', { deprecated: true }),
    option('d', OF_LIBRARY),
    option('kept'),
  ],
  [option('kept')],
  [
    'risk: 2.0.0 ignores 4 options: [DEFAULT] a; all of [clients_monasca]; [heat_api] heat_api_root',
    'info: 2.0.0 ignores 2 options, deprecated before or of a library: [DEFAULT] c, d',
  ],
);
test(
  is,
  'an option under its former name is still read',
  [option('old', { default: '1' })],
  [option('new', { default: '1', formerly: [{ group: 'DEFAULT', name: 'old' }] })],
  ['info: 1 option renamed, the old name is still read: [DEFAULT] old → new'],
);
test(
  is,
  'a new default is a risk of the subject’s own, and unset is as good as empty',
  [
    option('a', { default: '1' }),
    option('b', { ...OF_LIBRARY, default: '1' }),
    option('c', { default: '' }),
  ],
  [option('a', { default: '2' }), option('b', { ...OF_LIBRARY, default: '2' }), option('c')],
  [
    'risk: New default of [DEFAULT] a: 2 instead of 1 where it is not set',
    'info: New default of [DEFAULT] b: 2 instead of 1',
  ],
);
test(
  is,
  'an option that becomes required keeps every service from starting',
  [option('a')],
  [option('a', { required: true }), option('b', { required: true })],
  [
    'blocking: [DEFAULT] a has to be set: 2.0.0 does not start on the configuration of before',
    'blocking: [DEFAULT] b has to be set: 2.0.0 does not start on the configuration of before',
  ],
);
test(
  is,
  'a value that the target no longer accepts',
  [option('a', { type: { name: 'String', choices: ['x', 'y'] } })],
  [option('a', { type: { name: 'String', choices: ['x', 'z'] } })],
  ['risk: [DEFAULT] a no longer takes y: a deployment that sets it cannot start 2.0.0'],
);
test(
  is,
  'a new one is only to be known',
  [],
  [option('a'), option('b', { group: 'cache' })],
  ['info: 2 new options: [DEFAULT] a, [cache] b'],
);

test('queues that are declared differently are refused only on one vhost', (t) => {
  const queue = (value: string): ConfigOption =>
    option('rabbit_quorum_queue', {
      group: 'oslo_messaging_rabbit',
      namespace: 'oslo.messaging',
      default: value,
    });
  const [finding] = found({ configuration: [queue('False')] }, { configuration: [queue('True')] });
  t.like(finding, { severity: 'blocking', avoidedBy: ['cold', 'guide'] });
});

test('a default that refuses a formerly accepted token is a risk, under policy if it is a policy option', (t) => {
  const enforce = (value: string): ConfigOption =>
    option('enforce_scope', { group: 'oslo_policy', namespace: 'oslo.policy', default: value });
  const [finding] = found(
    { configuration: [enforce('False')] },
    { configuration: [enforce('True')] },
  );
  t.like(finding, { area: 'policy', severity: 'risk' });
  t.regex(finding?.title ?? '', /a token of another scope is refused \(403\)$/);
});
