import test from 'ava';
import { nodeRecords } from '../../../src/subject/ironic/database/nodes.ts';
import { LIFECYCLE_KINDS, WHOLE_LIFE } from '../../../src/subject/ironic/workload/kinds.ts';
import { Settler } from '../../../src/subject/workload/settler.ts';
import { NODE_ID, StartedLifecycle, STATUS } from './started-lifecycle.ts';

const deployedBefore = LIFECYCLE_KINDS.find(({ name }) => name === 'deployed-before') ?? WHOLE_LIFE;

function outcomes({ settled }: StartedLifecycle): readonly string[] {
  return settled.map(({ action, outcome, status }) => `${action} ${outcome} ${status}`);
}

test('ironic: a node goes through its whole lifecycle, and each step is in the ledger', async (t) => {
  const node = new StartedLifecycle(WHOLE_LIFE);
  await node.quiet();
  for (const state of ['manageable', 'manageable', 'available', 'active']) await node.seen(state);
  await node.seen('active', { power: 'power off' });
  await node.seen('active', { power: 'power on' });
  for (const state of ['rescue', 'active', 'available']) await node.seen(state);
  t.true(node.over);
  t.deepEqual(outcomes(node), [
    'create completed enroll',
    'manage completed manageable',
    'inspect completed manageable',
    'provide completed available',
    'deploy completed active',
    'power-off completed power off',
    'power-on completed power on',
    'rescue completed rescue',
    'unrescue completed active',
    'undeploy completed available',
    'delete completed deleted',
  ]);
  for (const made of ['node-traits', 'portgroup-create', 'port-create']) {
    t.true(node.asked.includes(made), made);
  }
  const checks = node.events.filter((event) => event.type === 'integrity-checked');
  t.is(checks.length, 2 * 9);
  t.true(checks.every(({ ok }) => ok));
});

/** A node that is asked to switch its power off. */
async function switchedOff(): Promise<StartedLifecycle> {
  const node = new StartedLifecycle(WHOLE_LIFE);
  await node.quiet();
  for (const state of ['manageable', 'manageable', 'available', 'active']) await node.seen(state);
  return node;
}

test('ironic: a power state is reached when its target is gone', async (t) => {
  const node = await switchedOff();
  await node.seen('active', { power: 'power on', powerTarget: 'power off' });
  await node.seen('active', { power: 'power off', powerTarget: 'power off' });
  t.is(node.lifecycle.pending?.action, 'power-off');
  await node.seen('active', { power: 'power off' });
  t.is(node.lifecycle.pending?.action, 'power-on');
});

test('ironic: a power state whose target is given up is a failure', async (t) => {
  const node = await switchedOff();
  await node.seen('active', { power: 'power on', lastError: 'no conductor' });
  t.true(node.over);
  t.is(outcomes(node).at(-1), 'power-off failed power on: no conductor');
});

test('ironic: traits that are gone fail their check, unless the request for them was lost', async (t) => {
  const checkOf = async (node: StartedLifecycle) => {
    await node.quiet();
    await node.seen('manageable', { traits: [] });
    const checks = node.events.filter((event) => event.type === 'integrity-checked');
    return checks.find(({ check }) => check.includes('traits'));
  };
  const set = new StartedLifecycle(WHOLE_LIFE);
  t.like(await checkOf(set), { ok: false, detail: 'after manage: none' });
  const unset = new StartedLifecycle(WHOLE_LIFE, ({ operation }) =>
    operation === 'node-traits' ? { status: 500 } : undefined,
  );
  t.is(await checkOf(unset), undefined);
});

test('ironic: an intermediate state settles nothing', async (t) => {
  const node = new StartedLifecycle(WHOLE_LIFE);
  await node.quiet();
  await node.seen('verifying');
  t.deepEqual(outcomes(node), ['create completed enroll']);
  t.is(node.lifecycle.pending?.action, 'manage');
});

test('ironic: an answer to a request from before the operation was accepted settles nothing', async (t) => {
  const node = new StartedLifecycle(WHOLE_LIFE);
  await node.quiet();
  const { acceptedAt = 0 } = node.lifecycle.pending ?? {};
  node.lifecycle.see({ ...STATUS, state: 'manageable' }, acceptedAt - 1);
  t.is(node.lifecycle.pending?.action, 'manage');
});

test('ironic: a failed deployment ends the lifecycle, with Ironic’s own reason', async (t) => {
  const node = new StartedLifecycle(WHOLE_LIFE);
  await node.quiet();
  for (const state of ['manageable', 'manageable', 'available']) await node.seen(state);
  await node.seen('deploy failed', { lastError: 'the conductor went down' });
  t.true(node.over);
  t.is(outcomes(node).at(-1), 'deploy failed deploy failed: the conductor went down');
});

test('ironic: an extra field that changed fails its check', async (t) => {
  const node = new StartedLifecycle(WHOLE_LIFE);
  await node.quiet();
  await node.seen('manageable', { extra: {} });
  const [check] = node.events.filter((event) => event.type === 'integrity-checked');
  t.like(check, { ok: false, detail: 'after manage: nothing' });
});

test('ironic: a request for a locked node is repeated', async (t) => {
  let locked = 3;
  const node = new StartedLifecycle(WHOLE_LIFE, ({ operation }) => {
    if (operation !== 'node-manage' || locked === 0) return undefined;
    locked -= 1;
    return { status: 409 };
  });
  await node.quiet();
  t.is(node.asked.filter((operation) => operation === 'node-manage').length, 4);
  t.is(node.lifecycle.pending?.action, 'manage');
});

test('ironic: refused requests are not in the ledger', async (t) => {
  const node = new StartedLifecycle(WHOLE_LIFE, ({ operation }) =>
    operation === 'node-manage' ? { status: 500 } : undefined,
  );
  await node.quiet();
  t.true(node.over);
  t.deepEqual(outcomes(node), ['create completed enroll']);
});

test('ironic: operations that are held back wait for the swaps', async (t) => {
  const node = new StartedLifecycle(deployedBefore);
  await node.quiet();
  for (const state of ['manageable', 'manageable', 'available', 'active']) await node.seen(state);
  t.is(node.lifecycle.pending, undefined);
  node.swapsDone();
  await node.quiet();
  t.is(node.lifecycle.pending?.action, 'power-off');
});

/** A database that has the node in a state since the epoch, or does not have it. */
function database(row: readonly (string | null)[] | undefined) {
  return { query: () => Promise.resolve(row === undefined ? [] : [row]) };
}

const SHOWS_NOTHING = ({ operation }: { readonly operation: string }) =>
  operation === 'node-show' ? { status: 404 } : undefined;

test('ironic: a state that does not change for long is stuck, with the conductor that holds it', async (t) => {
  const node = new StartedLifecycle(WHOLE_LIFE, ({ operation }) =>
    operation === 'node-show' ? { status: 500 } : undefined,
  );
  await node.quiet();
  const options = { stuckAfterMs: 60_000, quietSince: 0, now: () => node.time };
  const row = [NODE_ID, 'verifying', 'node2', null, '0'];
  const settler = new Settler(nodeRecords(database(row)), options);
  node.time = 59_000;
  await settler.look([node.lifecycle]);
  t.is(node.lifecycle.pending?.action, 'manage');
  node.time = 61_000;
  await settler.look([node.lifecycle]);
  t.like(node.settled.at(-1), {
    outcome: 'stuck',
    status: 'verifying; the API cannot show the node',
    unfinished: [
      {
        part: 'its state',
        status: 'verifying',
        heldBy: 'node2',
        holder: { engineId: 'node2', gone: false },
      },
    ],
  });
});

test('ironic: a node that neither the API nor the database knows is lost', async (t) => {
  const node = new StartedLifecycle(WHOLE_LIFE, SHOWS_NOTHING);
  await node.quiet();
  node.time = 61_000;
  const options = { stuckAfterMs: 60_000, quietSince: 0, now: () => node.time };
  await new Settler(nodeRecords(database(undefined)), options).look([node.lifecycle]);
  t.like(node.settled.at(-1), { action: 'manage', outcome: 'lost' });
});

test('ironic: silence before the last swap proves nothing', async (t) => {
  const node = new StartedLifecycle(WHOLE_LIFE, SHOWS_NOTHING);
  await node.quiet();
  node.time = 61_000;
  const options = { stuckAfterMs: 60_000, quietSince: 30_000, now: () => node.time };
  await new Settler(nodeRecords(database(undefined)), options).look([node.lifecycle]);
  t.is(node.lifecycle.pending?.action, 'manage');
});

test('ironic: an error that its reader may not see is no reason', async (t) => {
  const shown = (last_error: string) => ({
    uuid: NODE_ID,
    name: 'n',
    provision_state: 'enroll',
    last_error,
    extra: {},
    traits: [],
    power_state: null,
    target_power_state: null,
  });
  const failedWith = async (last_error: string) => {
    const node = new StartedLifecycle(WHOLE_LIFE, ({ operation }) =>
      operation === 'node-show' ? { status: 200, body: shown(last_error) } : undefined,
    );
    await node.quiet();
    node.time += 1000;
    await node.lifecycle.ask();
    await node.quiet();
    return outcomes(node).at(-1);
  };
  t.is(await failedWith('no conductor'), 'manage failed enroll: no conductor');
  const redacted = '** Value Redacted - Requires baremetal:node:get:last_error permission. **';
  t.is(await failedWith(redacted), 'manage failed enroll');
});
