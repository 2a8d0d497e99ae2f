import test from 'ava';
import { RollgateError } from '../../../src/errors.ts';
import { CHOREOGRAPHIES } from '../../../src/plan/choreographies/registry.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { walkSteps } from '../../../src/plan/walk.ts';
import {
  INFRASTRUCTURE,
  serverCount,
  serversOf,
} from '../../../src/scenario/topology/infrastructure.ts';
import { DEPLOYERS, planned } from '../planned.ts';

// Every infrastructure service on every topology with servers of its own, and every deployer there.

const CLUSTERS = ['2x2-keystone2', '2x2-memcached', '2x2-mysql3', '2x2-rabbitmq3'] as const;
/** These describe a cloud with one server of each service. */
const SINGLE: readonly string[] = ['debian', 'devstack'];
const NAMES = CHOREOGRAPHIES.map(({ name }) => name).filter((name) => name !== 'script');
/** One for each way to treat the services: node by node, beside each other, in a batch, not at all. */
const ORDERS = ['guide', 'gentle', 'cold', 'kolla', 'none'] as const;
const UPGRADE = { base: '2026.1', target: '2026.2' } as const;

/** The plan, or the error that refused it. */
async function tried(input: Parameters<typeof planned>[0]): Promise<Plan | RollgateError> {
  try {
    return await planned({ ...UPGRADE, ...input });
  } catch (error) {
    if (error instanceof RollgateError) return error;
    throw error;
  }
}

for (const topology of ['2x2', ...CLUSTERS]) {
  for (const service of INFRASTRUCTURE) {
    test(`on ${topology} each server of ${service} is swapped once, before the subject`, async (t) => {
      for (const choreography of ORDERS) {
        const plan = await tried({
          topology,
          choreography,
          deployer: 'rollgate',
          infrastructure: { [service]: 'forky' },
        });
        if (plan instanceof RollgateError) {
          t.true(topology !== '2x2-memcached' && topology !== '2x2-keystone2');
          t.is(service, 'memcached', plan.message);
          t.regex(plan.message, /take one with infrastructure: \{ memcached: 1 \}/);
          continue;
        }
        const steps = [...walkSteps(plan)];
        const swaps = steps.filter((step) => step.kind === 'swap-infrastructure');
        t.deepEqual(
          swaps.map(({ server }) => server),
          serversOf(plan.topology, service),
          choreography,
        );
        const last = steps.findLastIndex(({ kind }) => kind === 'swap-infrastructure');
        const first = steps.findIndex(({ kind }) => /^(swap|stop|surge|db-sync)$/.test(kind));
        t.true(first === -1 || last < first, choreography);
      }
    });
  }
}

for (const topology of CLUSTERS) {
  for (const deployer of DEPLOYERS) {
    test(`${deployer} on ${topology}: each choreography is planned, or refused with a remedy`, async (t) => {
      for (const choreography of NAMES) {
        const plan = await tried({ topology, choreography, deployer });
        if (plan instanceof RollgateError) {
          t.true(SINGLE.includes(deployer) && topology !== '2x2-memcached', plan.message);
          t.regex(plan.message, new RegExp(`deployer ${deployer} sets up a single \\w+`));
          t.regex(plan.hint ?? '', /deployer: rollgate/);
          continue;
        }
        t.false(SINGLE.includes(deployer) && topology !== '2x2-memcached', choreography);
        const hasMemcached = serverCount(plan.topology, 'memcached') > 0;
        t.is(hasMemcached, topology === '2x2-memcached' || topology === '2x2-keystone2');
      }
    });
  }
}

for (const [what, topology, change, note] of [
  [
    'Debian 12’s RabbitMQ to Debian 13’s',
    '2x2',
    { from: 'bookworm', to: 'trixie' },
    /3\.10 does not become 4\.0/,
  ],
  ['a cluster of RabbitMQ 4.0 to 4.3', '2x2-rabbitmq3', 'forky', /joins no cluster of 4\.0/],
  ['the suite that a lab has', '2x2', 'trixie', /^rabbitmq is that of trixie already: a restart/],
  [
    'an older suite',
    '2x2',
    { from: 'forky', to: 'trixie' },
    /^rabbitmq goes from forky to the older trixie/,
  ],
  ['a single RabbitMQ', '2x2', 'forky', undefined],
  ['a cluster of RabbitMQ from 4.3 on', '2x2-rabbitmq3', { from: 'forky', to: 'sid' }, undefined],
] as const) {
  test(`the plan says whether it is known how this ends: ${what}`, async (t) => {
    const plan = await planned({ ...UPGRADE, topology, infrastructure: { rabbitmq: change } });
    if (note === undefined) t.is(plan.note, undefined);
    else t.regex(plan.note ?? '', note);
  });
}
