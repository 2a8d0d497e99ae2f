import test from 'ava';
import {
  configOf,
  configOfServer,
  environmentOf,
  filesOf,
  differencesBetweenSides,
} from '../../src/scenario/config.ts';
import { makeScenario } from '../../src/scenario/read-scenario.ts';
import type { ServiceInstance, Topology } from '../../src/scenario/topology/topology.ts';
import { vocabulary } from './vocabulary.ts';

const instance = {
  node: 'node1',
  service: 'heat-engine',
  kind: 'heat-engine',
  role: 'engine',
} as const;
const topology: Topology = {
  name: 'one',
  nodes: [{ name: 'node1', services: [instance] }],
};
const of = (on: string, value: number) => ({ on, config: { DEFAULT: { a: value } } });

test('the last entry that applies to a service wins, and other options of earlier entries are kept', (t) => {
  const config = { DEFAULT: { a: 0, b: 0 }, database: { c: 0 } };
  const scoped = [of('target', 1), of('node1', 2), of('node2', 3), of('node1/heat-engine', 4)];
  const at = (side: 'base' | 'target', where: ServiceInstance = instance) =>
    configOf(config, scoped, { instance: where, side })['DEFAULT'];
  t.deepEqual(at('target'), { a: 4, b: 0 });
  t.deepEqual(at('base', { ...instance, node: 'node2' }), { a: 3, b: 0 });
  t.deepEqual(configOf(config, scoped, { side: 'target' }), {
    DEFAULT: { a: 1, b: 0 },
    database: { c: 0 },
  });
  t.deepEqual(configOf(config, scoped, { side: 'base' }), config);
});

test('options for an unknown service are refused, and those of the topology are listed', async (t) => {
  const input = { name: 's', base: '2025.1', target: '2026.1', configFor: [of('node9', 1)] };
  await t.throwsAsync(() => makeScenario(input, { vocabulary, random: () => 0 }), {
    code: 'invalid-scenario',
    message: /configFor\[0\]\.on: there is no node9; one of base, target, node1, heat-api/,
  });
});

test('an option that only base or target has is reported, because the configuration then changes', (t) => {
  const names = (...scoped: ReturnType<typeof of>[]) =>
    differencesBetweenSides({ DEFAULT: { a: 0 } }, scoped, topology);
  t.deepEqual(names(of('node1', 1), of('target', 2)), ['DEFAULT.a']);
  t.deepEqual(names(of('base', 3), of('target/heat-engine', 0)), ['DEFAULT.a']);
  // Said of both sides, or of one side and then of everything: nothing differs.
  t.deepEqual(names(of('target', 2), of('base', 2)), []);
  t.deepEqual(names(of('target', 2), of('all', 1)), []);
  t.deepEqual(names(of('target', 0)), []);
});

test('an option that only one side removes (with null) is a change', async (t) => {
  const away = { on: 'target', config: { DEFAULT: { a: null } } };
  t.deepEqual(differencesBetweenSides({}, [away], topology), ['DEFAULT.a']);
  t.deepEqual(differencesBetweenSides({ DEFAULT: { a: 'null' } }, [away], topology), ['DEFAULT.a']);
  const { scenario } = await makeScenario(
    { name: 's', base: '2025.1', target: '2026.1', configFor: [away] },
    { vocabulary, random: () => 0 },
  );
  t.deepEqual(scenario.configFor, [away]);
});

test('files and variables go to their services, and later ones win', (t) => {
  const scoped = [
    { on: 'all', config: {}, files: { '/a': '1', '/b': '1' }, environment: { A: '1' } },
    { on: 'target', config: {}, files: { '/a': '2' } },
    { on: 'node2', config: {}, environment: { A: '3' } },
  ];
  t.deepEqual(filesOf(scoped, { instance, side: 'base' }), { '/a': '1', '/b': '1' });
  t.deepEqual(filesOf(scoped, { instance, side: 'target' }), { '/a': '2', '/b': '1' });
  t.deepEqual(environmentOf(scoped, { instance, side: 'base' }), { A: '1' });
  const other = { ...instance, node: 'node2' };
  t.deepEqual(environmentOf(scoped, { instance: other, side: 'base' }), { A: '3' });
  t.deepEqual(filesOf(scoped, { side: 'target' }), { '/a': '2', '/b': '1' });
  t.deepEqual(differencesBetweenSides({}, scoped, topology), ['/a']);
});

test('Keystone has options of its own, which are not the subject’s', (t) => {
  const scoped = [
    { on: 'keystone', config: { cache: { memcache_dead_retry: 5 } } },
    { on: 'all', config: { DEFAULT: { debug: true } } },
  ];
  t.deepEqual(configOfServer(scoped, 'keystone'), { cache: { memcache_dead_retry: 5 } });
  t.deepEqual(configOf({}, scoped, { side: 'base' }), { DEFAULT: { debug: true } });
});
