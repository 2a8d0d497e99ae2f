import test from 'ava';
import { RollgateError } from '../../../src/errors.ts';
import type { Draft } from '../../../src/plan/draft.ts';
import { numbered } from '../../../src/plan/number.ts';
import { checkPlan, validatePlan } from '../../../src/plan/paper/validate.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import type { ServiceInstance } from '../../../src/scenario/topology/topology.ts';
import { planned } from '../planned.ts';

const api: ServiceInstance = { node: 'node1', kind: 'heat-api', service: 'heat-api', role: 'api' };
const engine: ServiceInstance = {
  node: 'node1',
  kind: 'heat-engine',
  service: 'heat-engine',
  role: 'engine',
};

const sync: Draft = { kind: 'db-sync', side: 'target' };
const stop = (target: ServiceInstance): Draft => ({ kind: 'stop', target });
const start = (target: ServiceInstance, vhost = 'heat'): Draft => ({
  kind: 'start',
  target,
  side: 'target',
  vhost,
});
const swap = (target: ServiceInstance, vhost = 'heat'): Draft => ({
  kind: 'swap',
  target,
  side: 'target',
  vhost,
});

/** A plan on 1x1 with these steps and no others. */
async function planOf(steps: readonly Draft[], target = '2026.1'): Promise<Plan> {
  const plan = await planned({ topology: '1x1', target });
  return { ...plan, stages: numbered([{ name: 'stage', steps }], plan) };
}

const problems = test.macro({
  title: (what) => what ?? '',
  exec: async (t, steps: readonly Draft[], expected: readonly string[], target?: string) => {
    t.deepEqual(validatePlan(await planOf(steps, target)), expected);
  },
});

test(
  'a plan that swaps all services after the schema is valid',
  problems,
  [sync, swap(engine), swap(api)],
  [],
);

test(
  'a target service does not start before the schema is synced with its code',
  problems,
  [swap(engine), sync, swap(api)],
  [
    'step 1.1: node1/heat-engine would start at the target before the schema was synced with its code',
  ],
);

test(
  'between the same release there is no schema to wait for',
  problems,
  [swap(engine), swap(api)],
  [],
  '2025.1',
);

test(
  'a node that does not exist has no steps',
  problems,
  [sync, swap(engine), swap(api), swap({ ...api, node: 'node9' })],
  ['step 1.4: there is no node node9'],
);

test(
  'a service that a node does not have has no steps',
  problems,
  [sync, swap(engine), swap(api), stop({ ...api, service: 'heat-api.2' })],
  ['step 1.4: there is no service heat-api.2 on node node1'],
);

test(
  'a service that runs is not started',
  problems,
  [sync, swap(engine), start(api)],
  ['step 1.3: node1/heat-api runs already, it would be started twice'],
);

test(
  'a service that does not run cannot be stopped, not even in parallel',
  problems,
  [sync, swap(engine), { kind: 'together', steps: [stop(api), stop(api)] }, start(api)],
  ['step 1.3.2: node1/heat-api does not run, it cannot be stopped'],
);

test(
  'a vhost is created before it is used, and once',
  problems,
  [
    sync,
    swap(engine, 'heat-2026.1'),
    { kind: 'create-vhost', vhost: 'heat-2026.1' },
    { kind: 'create-vhost', vhost: 'heat-2026.1' },
    swap(api, 'heat-2026.1'),
  ],
  [
    'step 1.2: the vhost heat-2026.1 was not created',
    'step 1.4: the vhost heat-2026.1 exists already',
  ],
);

test(
  'at the end every service runs at the target',
  problems,
  [sync, stop(engine)],
  [
    'at the end: node1/heat-api was never brought to the target',
    'at the end: node1/heat-engine does not run',
  ],
);

const drain = (target: ServiceInstance): Draft => ({
  kind: 'drain',
  target,
  how: 'drain',
  limitSeconds: 1,
  otherwise: 'fail',
});
const undrain = (target: ServiceInstance): Draft => ({ kind: 'undrain', target });
const surge = (target: ServiceInstance): Draft => ({
  kind: 'surge',
  target,
  side: 'target',
  vhost: 'heat',
});

test(
  'an api is drained once, swapped and put back',
  problems,
  [sync, swap(engine), drain(api), swap(api), undrain(api)],
  [],
);

test(
  'a drained api is not drained again, an api in rotation is not put back, and none stays drained',
  problems,
  [sync, swap(engine), undrain(api), drain(api), drain(api), swap(api)],
  [
    'step 1.3: node1/heat-api is in rotation already',
    'step 1.5: node1/heat-api is out of rotation already',
    'at the end: node1/heat-api is not in rotation',
  ],
);

test(
  'only apis are drained, and only engines are started beside another',
  problems,
  [sync, drain(engine), surge(api), swap(engine), swap(api)],
  [
    'step 1.2: node1/heat-engine is an engine, and this is done to an api',
    'step 1.3: node1/heat-api is an api, and this is done to an engine',
  ],
);

test(
  'an engine with a replacement may stay stopped, but the replacement may not start before the schema',
  problems,
  [surge(engine), sync, swap(api), stop(engine)],
  [
    'step 1.1: node1/heat-engine.next would start at the target before the schema was synced with its code',
  ],
);

test(
  'only a created vhost can be waited for until it is quiet',
  problems,
  [
    sync,
    {
      kind: 'quiesce',
      vhost: 'heat-2026.1',
      of: 'queues',
      samples: 1,
      limitSeconds: 1,
      otherwise: 'fail',
    },
    swap(engine),
    swap(api),
  ],
  ['step 1.2: the vhost heat-2026.1 was not created'],
);

const api2: ServiceInstance = { ...api, node: 'node2' };
const engine2: ServiceInstance = { ...engine, node: 'node2' };
const both: readonly Draft[] = [
  sync,
  swap(engine),
  swap(engine2),
  { kind: 'together', steps: [swap(api), swap(api2)] },
];

test('the apis of a kind are not all stopped at once, unless the scenario allows it', async (t) => {
  const onTwo = async (require: readonly 'supports-upgrade'[] | undefined) => {
    const plan = await planned(require === undefined ? {} : { require: [...require] });
    return validatePlan({ ...plan, stages: numbered([{ name: 'stage', steps: both }], plan) });
  };
  t.deepEqual(await onTwo(undefined), ['step 1.4: no heat-api would be in rotation']);
  t.deepEqual(await onTwo(['supports-upgrade']), []);
});

test('the last api in rotation is not taken away while another is drained', async (t) => {
  const plan = await planned();
  const steps = [
    sync,
    swap(engine),
    swap(engine2),
    drain(api),
    swap(api2),
    swap(api),
    undrain(api),
  ];
  t.deepEqual(validatePlan({ ...plan, stages: numbered([{ name: 'stage', steps }], plan) }), [
    'step 1.5: no heat-api would be in rotation',
  ]);
});

test('engines that do not speak the same RPC do not share a vhost where that would lose work', async (t) => {
  const error = await t.throwsAsync(planned({ choreography: 'gentle-in-place' }), {
    instanceOf: RollgateError,
  });
  t.is(error.code, 'invalid-plan');
  t.regex(error.message, /2025\.1 speaks 1\.4, 2026\.1 1\.9/);
});

test('all problems are in one error, one line each', async (t) => {
  const plan = await planOf([swap(engine)]);
  const error = t.throws(() => checkPlan(plan));
  t.is(error.message.split('\n').length, 3);
});
