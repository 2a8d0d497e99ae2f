import test from 'ava';
import { balancersOf, deployerOf } from '../../src/plan/deployer.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { loadCatalogue } from '../../src/release/catalogue.ts';
import { preparePlan } from '../../src/runs/prepare.ts';
import { configOf, environmentOf } from '../../src/scenario/config.ts';
import type { DeployerProfile } from '../../src/scenario/deployer/profile.ts';
import { loadDeployers } from '../../src/scenario/deployer/shipped.ts';
import type { ScenarioInput } from '../../src/scenario/schema.ts';
import type { WithServers } from '../../src/scenario/topology/infrastructure.ts';
import type { ServiceInstance } from '../../src/scenario/topology/topology.ts';
import { heatShape } from '../../src/subject/heat/shape.ts';

/** The shipped profile of Kolla-Ansible. */
async function loadKolla(): Promise<DeployerProfile> {
  const found = (await loadDeployers(heatShape)).find(({ name }) => name === 'kolla-ansible');
  if (found === undefined) throw new Error('there is no kolla-ansible');
  return found;
}

const ENGINE: ServiceInstance = {
  node: 'node1',
  kind: 'heat-engine',
  service: 'heat-engine',
  role: 'engine',
};
const API: ServiceInstance = { node: 'node1', kind: 'heat-api', service: 'heat-api', role: 'api' };

async function planOf(more: Partial<ScenarioInput>): Promise<Plan> {
  const catalogue = await loadCatalogue();
  const scenario = { name: 'a', base: '2026.1', target: '2026.2', seed: 1, ...more };
  return (await preparePlan({ scenario, shape: heatShape, catalogue })).plan;
}

function optionOf(
  { config, configFor }: Pick<Plan, 'config' | 'configFor'>,
  instance: ServiceInstance,
  side: 'base' | 'target',
): Readonly<Record<string, unknown>> {
  return Object.assign({}, ...Object.values(configOf(config, configFor, { instance, side })));
}

test('workers are counted by the virtual CPUs of a node, within the deployer’s bounds', async (t) => {
  const kolla = await loadKolla();
  const engines = (vcpus: number): unknown => {
    const deployer = deployerOf(kolla, { base: '2026.1', target: '2026.2' }, { vcpus });
    return optionOf(deployer, ENGINE, 'base')['num_engine_workers'];
  };
  t.deepEqual([1, 4, 64].map(engines), [1, 4, 5]);
});

test('a setting that the deployer changes between its releases applies to one side', async (t) => {
  const kolla = await loadKolla();
  const deployer = deployerOf(kolla, { base: '2025.1', target: '2026.1' }, { vcpus: 4 });
  const prefetch = (side: 'base' | 'target'): unknown =>
    optionOf(deployer, ENGINE, side)['rabbit_qos_prefetch_count'];
  t.deepEqual([prefetch('base'), prefetch('target')], [1, 50]);
  t.true(deployer.changes.includes('oslo_messaging_rabbit.rabbit_qos_prefetch_count'));
  t.false(deployer.changes.includes('oslo_messaging_rabbit.use_queue_manager'));
  const hook = (side: 'base' | 'target'): unknown =>
    environmentOf(deployer.configFor, { instance: API, side })['UWSGI_HOOK_MASTER_START'];
  t.is(hook('base'), undefined);
  t.regex(String(hook('target')), /gracefully_kill_them_all/);
});

test('a release older than the deployer’s oldest is refused, a newer one gets the newest', async (t) => {
  const kolla = await loadKolla();
  t.throws(() => deployerOf(kolla, { base: 'zed', target: '2025.1' }, { vcpus: 4 }), {
    code: 'invalid-plan',
    message: /kolla-ansible is described from 2025\.1 on, and zed is older/,
  });
  const { releases } = deployerOf(kolla, { base: '2026.2', target: '2027.1' }, { vcpus: 4 });
  t.deepEqual(releases, { base: '2026.2', target: '2026.2' });
});

test('a choreography uses its deployer’s profile unless the scenario names another', async (t) => {
  const own = await planOf({ choreography: 'kolla-serial' });
  t.is(own.deployer?.name, 'kolla-ansible');
  t.is(own.balancer.name, 'kolla-ansible');
  t.is(own.stopSeconds, 60);
  t.is(own.database['innodb_snapshot_isolation'], false);
  const none = await planOf({ choreography: 'kolla-serial', deployer: 'rollgate' });
  t.is(none.deployer, undefined);
  t.deepEqual([none.balancer.name, none.stopSeconds, none.database], ['rollgate', undefined, {}]);
  const combined = await planOf({ choreography: 'gentle', deployer: 'kolla-ansible' });
  t.is(combined.deployer?.name, 'kolla-ansible');
});

test('the deployer’s options override the choreography’s, and the scenario’s override both', async (t) => {
  const plan = await planOf({
    choreography: 'gentle-in-place',
    deployer: 'kolla-ansible',
    config: { DEFAULT: { num_engine_workers: 2 } },
  });
  t.like(optionOf(plan, ENGINE, 'base'), {
    // gentle-in-place would have 1.
    rabbit_qos_prefetch_count: 50,
    // Kolla-Ansible does not set it.
    graceful_shutdown_timeout: 300,
    // Kolla-Ansible would have 4.
    num_engine_workers: 2,
  });
});

test('a written choreography may name the load balancers of the lab and of the deployers', async (t) => {
  t.deepEqual(
    balancersOf(await loadDeployers(heatShape)).map(({ name, check }) => [name, check]),
    [
      ['kolla-ansible', 'GET'],
      ['openstack-ansible', 'HEAD'],
    ],
  );
});

test('settings for memcached apply only in a lab that has it', async (t) => {
  const kolla = await loadKolla();
  const series = { base: '2026.1', target: '2026.2' };
  const strategyIn = (servers: WithServers): unknown =>
    deployerOf(kolla, series, { vcpus: 4, servers }).config['keystone_authtoken'];
  t.is(strategyIn({}), undefined);
  t.like(strategyIn({ infrastructure: { memcached: 1 } }), {
    memcache_security_strategy: 'ENCRYPT',
  });
});

test('a cluster is refused with a deployer that sets up a single server', async (t) => {
  await t.throwsAsync(planOf({ deployer: 'devstack', topology: '2x2-rabbitmq3' }), {
    code: 'invalid-plan',
    message: 'deployer devstack sets up a single rabbitmq, and the topology has 3',
  });
});

test('the plan says which options of a choreography the base has already', async (t) => {
  const one = { base: '2026.1', target: '2026.1', choreography: 'to-quorum' };
  t.is((await planOf(one)).note, undefined);
  const options = (names: readonly string[]) =>
    names.map((name) => `oslo_messaging_rabbit.${name}`).join(', ');
  const { note } = await planOf({ ...one, deployer: 'kolla-ansible' });
  t.is(
    note,
    `the base has ${options(['rabbit_quorum_queue', 'rabbit_transient_quorum_queue', 'rabbit_stream_fanout', 'use_queue_manager'])} already: the roll does not switch them on`,
  );
  // The prefetch differs between the two releases of the deployer.
  const two = await planOf({ ...one, base: '2025.1', deployer: 'kolla-ansible' });
  t.is(two.note, note);
});

test('a plan has no options of services that its topology lacks', async (t) => {
  const named = async (topology: string): Promise<boolean> => {
    const { configFor } = await planOf({ choreography: 'kolla', topology });
    return configFor.some(({ on }) => on.includes('heat-api-cfn'));
  };
  t.false(await named('2x2'));
  t.true(await named('2x2-cfn'));
  const { configFor } = await planOf({
    deployer: { name: 'kolla-ansible' },
    topology: '2x2-memcached',
  });
  t.true(
    configFor.some(({ on }) => on === 'keystone'),
    'its options are set in every lab',
  );
});
