import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import {
  configOverrides,
  configToOverrides,
  environmentOverrides,
  fileOverrides,
} from '../../../../src/cli/options/scenario/config.ts';
import { applyOverrides } from '../../../../src/document/overrides.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';

test('an option is set for all services or for the named ones, after the scenario’s options', (t) => {
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

test('null removes an option; nothing after the equals sign is an empty value', (t) => {
  const overrides = configOverrides(['DEFAULT.debug=null', 'target:a.b=null', 'c.d=']);
  t.deepEqual(applyOverrides({ configFor: [] }, overrides), {
    config: { DEFAULT: { debug: null }, c: { d: '' } },
    configFor: [{ on: 'target', config: { a: { b: null } } }],
  });
});

for (const text of ['debug=true', 'DEFAULT.debug', 'a:b:DEFAULT.debug=1']) {
  test(`${text} is not an option of a configuration`, (t) => {
    t.throws(() => configOverrides([text]), { code: 'invalid-option' });
  });
}

test('files and variables are set for all services or for the named ones', (t) => {
  const file = join(temporaryFolder(), 'policy.yaml');
  writeFileSync(file, 'a: b\n');
  const overrides = [
    ...configOverrides(['target:DEFAULT.debug=true']),
    ...fileOverrides([`/etc/heat/policy.yaml=${file}`, `node1:/etc/heat/b=${file}`]),
    ...environmentOverrides(['A=1', 'node1/heat-api:B=c=d:e']),
  ];
  t.deepEqual(applyOverrides({ configFor: [] }, overrides), {
    configFor: [
      { on: 'target', config: { DEFAULT: { debug: 'true' } } },
      { on: 'all', files: { '/etc/heat/policy.yaml': 'a: b\n' } },
      { on: 'node1', files: { '/etc/heat/b': 'a: b\n' } },
      { on: 'all', environment: { A: '1' } },
      { on: 'node1/heat-api', environment: { B: 'c=d:e' } },
    ],
  });
});

test('a missing file, and a value that is no file or variable, are reported with their option', (t) => {
  for (const text of ['/etc/heat/a=/nowhere/b', 'etc/heat/a=b', '/etc/heat/a']) {
    const error = t.throws(() => fileOverrides([text]), { code: 'invalid-option' });
    t.true(error?.message.startsWith(`--file ${text}: `));
  }
  for (const text of ['A', '1A=b', 'node1:=b']) {
    t.throws(() => environmentOverrides([text]), { code: 'invalid-option' });
  }
});

test('a file of options for the target is the upgrade if no target is named', (t) => {
  const file = join(temporaryFolder(), 'after.conf');
  writeFileSync(file, '[DEFAULT]\nnum_engine_workers = 4\n# why\n[a]\nb-c: d\n');
  const configTo = { DEFAULT: { num_engine_workers: '4' }, a: { b_c: 'd' } };
  t.deepEqual(applyOverrides({}, configToOverrides(file, undefined)), { target: 'base', configTo });
  t.deepEqual(applyOverrides({ target: 'x' }, configToOverrides(file, 'x')), {
    target: 'x',
    configTo,
  });
  t.deepEqual(configToOverrides(undefined, undefined), []);
  writeFileSync(file, '[DEFAULT]\nno setting\n');
  t.throws(() => configToOverrides(file, undefined), { code: 'invalid-option', message: /line 2/ });
  t.throws(() => configToOverrides(`${file}.gone`, undefined), { code: 'invalid-option' });
});
