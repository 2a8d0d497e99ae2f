import test from 'ava';
import { compareInventories } from '../../src/preflight/compare.ts';
import type { ConfigOption } from '../../src/preflight/inventory.ts';
import { NotASetting, readSettings } from '../../src/preflight/own-configuration.ts';
import { AVOIDANCE, configOption, inventory, NAMES } from './inventories.ts';

function option(name: string, more: Partial<ConfigOption> = {}): ConfigOption {
  return configOption(name, {
    group: 'oslo_messaging_rabbit',
    namespace: 'oslo.messaging',
    file: 'oslo_messaging/_drivers/impl_rabbit.py',
    ...more,
  });
}

const BASE = [option('kept'), option('old'), option('dropped')];
const TARGET = [
  option('kept'),
  option('new', { formerly: [{ group: 'oslo_messaging_rabbit', name: 'old' }] }),
  option('going', { deprecated: true }),
  option('rabbit_quorum_queue', { type: { name: 'Boolean', choices: null } }),
  option('timeout', { type: { name: 'Integer', choices: null, min: 28, max: 60 } }),
  option('mode', { type: { name: 'String', choices: ['fast', 'slow'] } }),
];

/** The findings about a file, without those about the releases. */
function said(text: string): readonly string[] {
  const findings = compareInventories(
    inventory('1.0.0', { configuration: BASE }),
    inventory('2.0.0', { configuration: TARGET }),
    AVOIDANCE,
    NAMES,
    { configuration: { file: 'heat.conf', settings: readSettings(text) } },
  );
  return findings
    .filter(({ id }) => id.startsWith('own-'))
    .map(({ severity, title }) => `${severity}: ${title}`);
}

const of = (line: string): readonly string[] => said(`[oslo_messaging_rabbit]\n${line}\n`);

test('an option that both releases read in the same way gives no finding', (t) => {
  t.deepEqual(of('kept = 1'), []);
  t.deepEqual(of('timeout = 30\nmode = fast\nrabbit_quorum_queue = On'), []);
  t.deepEqual(of('timeout = $other'), [], 'what oslo.config substitutes');
});

test('removed, renamed, deprecated and misspelt options are named with their line', (t) => {
  t.deepEqual(of('dropped = 1'), [
    'risk: heat.conf:2: 2.0.0 ignores [oslo_messaging_rabbit] dropped',
  ]);
  t.deepEqual(of('old = 1'), [
    'info: heat.conf:2: [oslo_messaging_rabbit] old is now [oslo_messaging_rabbit] new; the old name is still read',
  ]);
  t.deepEqual(of('going = 1'), [
    'info: heat.conf:2: [oslo_messaging_rabbit] going is deprecated in 2.0.0',
  ]);
  t.deepEqual(of('rabbit_quorum_queues = true'), [
    'risk: heat.conf:2: no release knows [oslo_messaging_rabbit] rabbit_quorum_queues; did you mean rabbit_quorum_queue?',
  ]);
  t.deepEqual(said('[trustee]\nusername = heat'), [
    'info: heat.conf:2: neither release lists [trustee] username: a plug-in may read it',
  ]);
});

test('a value that the target refuses is named with the accepted values', (t) => {
  t.regex(
    of('timeout = 10')[0] ?? '',
    /risk: .*2\.0\.0 refuses .*timeout = 10: it takes 28 at least$/,
  );
  t.regex(of('timeout = 61')[0] ?? '', /it takes 60 at most$/);
  t.regex(of('timeout = soon')[0] ?? '', /it takes a number$/);
  t.regex(of('mode = medium')[0] ?? '', /it takes fast, slow$/);
  t.regex(of('rabbit_quorum_queue = maybe')[0] ?? '', /it takes true or false$/);
});

test('messages contain only refused values', (t) => {
  t.false(said('[x]\npassword = secret').join().includes('secret'));
});

test('a file is read in the same way as oslo.config reads it', (t) => {
  const text = '# a\n; b\n[DEFAULT]\nfirst: 1\n[a b]\nx-y = one,\n  two\n\nz =\n';
  t.deepEqual(readSettings(text), [
    { group: 'DEFAULT', name: 'first', value: '1', line: 4 },
    { group: 'a b', name: 'x_y', value: 'one, two', line: 6 },
    { group: 'a b', name: 'z', value: '', line: 9 },
  ]);
  const wrong = (content: string) =>
    t.throws(() => readSettings(content), { instanceOf: NotASetting });
  t.is(wrong('[a]\na = 1\nnonsense\n')?.line, 3);
  t.like(wrong('a = 1\n[a]\n'), { line: 1, why: 'is before any [section]' });
  t.like(wrong('\uFEFF[a]\na = 1\n'), { line: 1, why: 'begins with a byte order mark' });
  t.is(wrong('  indented\n')?.line, 1);
});
