import { join } from 'node:path';
import test from 'ava';
import type { EngineAnswer } from '../../../src/containers/docker.ts';
import { ensureEngine, type EngineHost } from '../../../src/containers/host/ensure-engine.ts';
import type { ErrorCode } from '../../../src/error-codes.ts';
import { RollgateError } from '../../../src/errors.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const READY: EngineAnswer = { state: 'ready', version: '20.10.24', apiVersion: '1.41' };
const ABSENT: EngineAnswer = { state: 'absent', reason: 'connect ENOENT' };

/** A machine without an engine, whose engine answers once it was started. */
function machine(overrides: Partial<EngineHost> = {}) {
  const done: string[] = [];
  const host: EngineHost = {
    isRoot: true,
    usesRemote: false,
    lockFile: join(temporaryFolder(), 'engine.lock'),
    ask: async () => (done.includes('start') ? READY : ABSENT),
    hasEngine: () => done.includes('install'),
    canInstall: () => true,
    install: async () => void done.push('install'),
    start: async () => void done.push('start'),
    ...overrides,
  };
  return { host, done };
}

test('if an engine answers, nothing is done', async (t) => {
  const { host, done } = machine({ ask: async () => READY });
  t.deepEqual(await ensureEngine({ fix: true, host }), {
    version: '20.10.24',
    apiVersion: '1.41',
    installed: false,
    started: false,
  });
  t.deepEqual(done, []);
});

test('an engine is installed and started', async (t) => {
  const { host, done } = machine();
  const ready = await ensureEngine({ fix: true, host });
  t.deepEqual(done, ['install', 'start']);
  t.true(ready.installed && ready.started);
});

test('an installed engine is only started', async (t) => {
  const { host, done } = machine({ hasEngine: () => true });
  const ready = await ensureEngine({ fix: true, host });
  t.deepEqual(done, ['start']);
  t.false(ready.installed);
});

test('the second of two simultaneous callers finds the engine of the first', async (t) => {
  const { host, done } = machine();
  const both = await Promise.all([
    ensureEngine({ fix: true, host }),
    ensureEngine({ fix: true, host }),
  ]);
  t.deepEqual(done, ['install', 'start']);
  t.is(both.filter(({ started }) => started).length, 1);
});

const refused = test.macro<[boolean, Partial<EngineHost>, ErrorCode, RegExp]>(
  async (t, fix, overrides, code, hint) => {
    const { host, done } = machine(overrides);
    const error = await t.throwsAsync(ensureEngine({ fix, host }), { instanceOf: RollgateError });
    t.is(error.code, code);
    t.regex(error.hint ?? '', hint);
    t.deepEqual(done, []);
  },
);

test(
  'without --fix, root is advised to use --fix',
  refused,
  false,
  {},
  'engine-unreachable',
  /Run `npx rollgate doctor --fix`, which/,
);
test(
  'a user is advised to become root or to get access',
  refused,
  true,
  { isRoot: false },
  'engine-unreachable',
  /as root.*group docker.*DOCKER_HOST/,
);
test(
  'a user without access to the engine is advised to join its group',
  refused,
  true,
  { isRoot: false, ask: async () => ({ state: 'forbidden', reason: 'connect EACCES' }) },
  'engine-unreachable',
  /group docker/,
);
test(
  'an engine that is too old is not replaced',
  refused,
  true,
  { ask: async () => ({ state: 'too-old', version: '19.03', apiVersion: '1.40' }) },
  'engine-too-old',
  /Upgrade/,
);
test(
  'for an engine on another machine, nothing is installed here',
  refused,
  true,
  { usesRemote: true },
  'engine-unreachable',
  /./,
);
test(
  'without apt-get the hint is to install Docker by hand',
  refused,
  true,
  { canInstall: () => false },
  'engine-unreachable',
  /Install Docker 20\.10/,
);
