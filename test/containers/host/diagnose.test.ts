import { createRequire } from 'node:module';
import test from 'ava';
import { productState } from '../../../src/containers/docker.ts';
import type { HostCondition } from '../../../src/containers/host/condition.ts';
import {
  checkImageStates,
  checkMachine,
  type Machine,
} from '../../../src/containers/host/diagnose.ts';
import type { ImageState } from '../../../src/containers/images/list.ts';
import { baseImage } from '../../../src/containers/images/recipe.ts';

const WELL: Machine = {
  nodeVersion: '24.1.0',
  isRoot: true,
  cores: 2,
  freeMemoryGigabytes: 8,
  engine: { state: 'ready', version: '20.10.24', apiVersion: '1.41' },
  disk: { folder: '/var/lib/docker', freeGigabytes: 50 },
};

const check = (id: string, machine: Partial<Machine>): HostCondition | undefined =>
  checkMachine({ ...WELL, ...machine }).find((found) => found.id === id);

test('a healthy machine gets no hints', (t) => {
  const checks = checkMachine(WELL);
  t.deepEqual(
    checks.map(({ id, status, hint }) => [id, status, hint]),
    ['node', 'engine', 'cores', 'memory', 'disk'].map((id) => [id, 'ok', undefined]),
  );
});

test('a shortage is reported with its remedy', (t) => {
  const short: readonly [string, Partial<Machine>, HostCondition['status'], RegExp][] = [
    ['node', { nodeVersion: '20.11.0' }, 'fail', /newer Node/],
    ['node', { nodeVersion: '22.21.1' }, 'fail', /newer Node/],
    ['engine', { engine: { state: 'absent', reason: 'ENOENT' } }, 'fail', /doctor --fix/],
    [
      'engine',
      { engine: { state: 'podman', version: '4.3.1', apiVersion: '1.41' } },
      'fail',
      /beside Podman/,
    ],
    ['cores', { cores: 1 }, 'warn', /slow/],
    ['memory', { freeMemoryGigabytes: 1 }, 'warn', /1x1/],
    ['disk', { disk: { folder: '/d', freeGigabytes: 5 } }, 'warn', /prune/],
    ['disk', { disk: { folder: '/d', freeGigabytes: 1 } }, 'fail', /prune/],
  ];
  for (const [id, machine, status, hint] of short) {
    const found = check(id, machine);
    t.is(found?.status, status, id);
    t.regex(found?.hint ?? '', hint);
  }
});

test('the required version of Node is that of package.json', (t) => {
  const { engines } = createRequire(import.meta.url)('../../../package.json') as {
    readonly engines: { readonly node: string };
  };
  const least = engines.node.replace('>=', '');
  t.is(check('node', { nodeVersion: `${least}.0` })?.status, 'ok');
  t.is(
    check('node', { nodeVersion: '18.0.0' })?.message,
    `Node 18.0.0; rollgate needs ${least} or newer`,
  );
});

test('a disk that cannot be inspected is not judged', (t) => {
  t.is(check('disk', { disk: undefined }), undefined);
});

const absent: ImageState = {
  state: 'absent',
  inputs: { recipe: baseImage('trixie'), files: [], hash: 'h' },
};

test('a missing image that the default scenario needs is reported', (t) => {
  const found = checkImageStates('2026.1', [absent]);
  t.is(found.status, 'warn');
  t.is(found.message, 'images of 2026.1: base:trixie absent');
  t.regex(found.hint ?? '', /images build/);
});

test('a release that the scenario does not use may be missing', (t) => {
  t.is(checkImageStates('zed', [absent], false).status, 'ok');
});

test('Podman answers as Docker does, and is recognised by its components', (t) => {
  // As Podman 4.3.1 answers.
  const components = [{ Name: 'Podman Engine' }, { Name: 'Conmon' }];
  t.is(productState({ ApiVersion: '1.41', Components: components }), 'podman');
  t.is(productState({ ApiVersion: '1.41', Components: [{ Name: 'Engine' }] }), 'ready');
  t.is(productState({ ApiVersion: '1.40' }), 'too-old');
});
