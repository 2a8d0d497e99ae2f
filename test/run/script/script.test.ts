import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { execa } from 'execa';
import { RollgateError } from '../../../src/errors.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import type { Step } from '../../../src/plan/step.ts';
import { listenForCalls } from '../../../src/run/script/call-server.ts';
import { callSchema, SOCKET, type ScriptCall } from '../../../src/run/script/protocol.ts';
import { ScriptCalls } from '../../../src/run/script/script.ts';
import { planned } from '../../plan/planned.ts';

const run = fileURLToPath(new URL('../../../lab/scripts/rolling-upgrade.sh', import.meta.url));
const checkpoints = { mixed: [{ check: 'burst', stacks: 2 }] } as const;

function scriptOf(plan: Plan): Extract<Step, { kind: 'script' }> {
  const found = plan.stages.flatMap(({ steps }) => steps).find(({ kind }) => kind === 'script');
  if (found?.kind !== 'script') throw new Error('the plan has no script');
  return found;
}

/** The calls of a script on a lab that does everything, and the steps that they became. */
async function calls(carryOut: (step: Step) => Promise<void> = async () => {}) {
  const plan = await planned({
    choreography: 'script',
    script: { run },
    checkpoints: { mixed: [...checkpoints.mixed] },
  });
  const steps: Step[] = [];
  const lab = {} as never;
  const script = new ScriptCalls(scriptOf(plan), { plan, lab }, async (step) => {
    steps.push(step);
    await carryOut(step);
  });
  return { script, names: () => steps.map(({ id, name }) => `${id} ${name}`), steps };
}

const toTarget = { to: 'target', vhost: 'heat' } as const;

test('each call is a step below the script’s, in its stage; a node is all of its services', async (t) => {
  const { script, names, steps } = await calls();
  t.is(
    await script.carryOut({ call: 'db-sync', to: 'target' }),
    '2.1.1 sync the database schema with the code of 2026.1',
  );
  await script.carryOut({ call: 'drain', on: ['node1'], limitSeconds: 9 });
  await script.carryOut({ call: 'swap', on: ['node1'], ...toTarget });
  t.deepEqual(names().slice(1), [
    '2.1.2 drain heat-api on node1 until it has no requests, else fail after 9 s',
    '2.1.3 swap heat-api on node1 to 2026.1 (vhost heat)',
    '2.1.4 swap heat-engine on node1 to 2026.1 (vhost heat)',
  ]);
  t.deepEqual([...new Set(steps.map(({ stage }) => stage))], ['script']);
});

const refused = test.macro(
  async (t, before: readonly ScriptCall[], call: ScriptCall, message: RegExp) => {
    const { script, steps } = await calls();
    for (const each of before) await script.carryOut(each);
    const done = steps.length;
    await t.throwsAsync(script.carryOut(call), { instanceOf: RollgateError, message });
    t.is(steps.length, done, 'nothing was begun');
    // Refused calls are forgotten.
    await script.carryOut({ call: 'create-vhost', vhost: 'next' });
    t.is(steps.length, done + 1);
  },
);

test(
  'starting the target before its schema is refused',
  refused,
  [],
  { call: 'swap', on: ['node1'], ...toTarget },
  /before the schema was synced/,
);
test(
  'an unknown node is refused',
  refused,
  [],
  { call: 'stop', on: ['node9'] },
  /there is no node9/,
);
test(
  'an unknown vhost is refused',
  refused,
  [{ call: 'db-sync', to: 'target' }],
  { call: 'swap', on: ['node1'], to: 'target', vhost: 'no' },
  /the vhost no was not created/,
);
test(
  'the last api in rotation is not taken out',
  refused,
  [{ call: 'drain', on: ['node1'], limitSeconds: 1 }],
  { call: 'drain', on: ['node2'], limitSeconds: 1 },
  /rotation/,
);

test('the last api in rotation is not taken out by two calls at once', async (t) => {
  const { script, steps } = await calls(() => new Promise(() => {}));
  void script.carryOut({ call: 'drain', on: ['node1'], limitSeconds: 1 });
  await t.throwsAsync(script.carryOut({ call: 'drain', on: ['node2'], limitSeconds: 1 }), {
    message: /rotation/,
  });
  t.is(steps.length, 1);
});

test('a service on which another call is still working is refused to a second call', async (t) => {
  const ends: (() => void)[] = [];
  const { script, names } = await calls(() => new Promise((end) => ends.push(end)));
  const first = script.carryOut({ call: 'stop', on: ['node1/heat-engine'] });
  const start = { call: 'start', on: ['node1/heat-engine'], to: 'base', vhost: 'heat' } as const;
  await t.throwsAsync(script.carryOut(start), {
    message: 'stop heat-engine on node1 is still under way',
  });
  ends.pop()?.();
  await first;
  const then = script.carryOut(start);
  ends.pop()?.();
  await then;
  t.deepEqual(names(), [
    '2.1.1 stop heat-engine on node1',
    '2.1.2 start heat-engine on node1 at 2025.1 (vhost heat)',
  ]);
});

test('a script may repeat a failed call, but a schema that was not moved is not at the target', async (t) => {
  let fails = true;
  const { script } = await calls(async () => {
    if (fails) throw new RollgateError('did-not-serve', 'no');
  });
  const sync = { call: 'db-sync', to: 'target' } as const;
  const swap = { call: 'swap', on: ['node1/heat-engine'], ...toTarget } as const;
  await t.throwsAsync(script.carryOut(sync), { message: 'no' });
  await t.throwsAsync(script.carryOut(swap), { message: /before the schema was synced/ });
  fails = false;
  await script.carryOut(sync);
  fails = true;
  await t.throwsAsync(script.carryOut(swap), { message: 'no' });
  fails = false;
  await t.notThrowsAsync(script.carryOut(swap));
});

test('when the script ends, its calls end: a call on several services begins no further one', async (t) => {
  const ends: (() => void)[] = [];
  const { script, names } = await calls(() => new Promise((end) => ends.push(end)));
  const stop = script.carryOut({ call: 'stop', on: ['node1'] });
  script.close();
  ends.pop()?.();
  await t.throwsAsync(stop, { code: 'script-over' });
  await t.throwsAsync(script.carryOut({ call: 'db-sync', to: 'target' }), { code: 'script-over' });
  t.is(names().length, 1);
});

const all = ['node1', 'node2'];

test('checks on the way are made when the script asks for them, and it has to', async (t) => {
  const { script, names } = await calls();
  await script.carryOut({ call: 'db-sync', to: 'target' });
  await script.carryOut({ call: 'swap', on: all, ...toTarget });
  t.throws(() => script.end(), {
    code: 'script-left-undone',
    message:
      'rolling-upgrade.sh left things undone\nit did not come to mixed: call rollgate checkpoint mixed',
  });
  await script.carryOut({ call: 'checkpoint', point: 'mixed' });
  t.notThrows(() => script.end());
  t.regex(names().at(-1) ?? '', /burst of 2/);
});

test('a script that leaves the lab half-way has not upgraded it; one that rolls back completely leaves nothing to do', async (t) => {
  const { script } = await calls();
  await script.carryOut({ call: 'checkpoint', point: 'mixed' });
  await script.carryOut({ call: 'db-sync', to: 'target' });
  await script.carryOut({ call: 'swap', on: ['node1'], ...toTarget });
  await script.carryOut({ call: 'drain', on: ['node2'], limitSeconds: 1 });
  t.throws(() => script.end(), {
    message: `rolling-upgrade.sh left things undone
at the end: node2/heat-api is not in rotation
at the end: node2/heat-api was never brought to the target
at the end: node2/heat-engine was never brought to the target`,
  });
  await script.carryOut({ call: 'undrain', on: ['node2'] });
  await script.carryOut({ call: 'swap', on: ['node1'], to: 'base', vhost: 'heat' });
  t.notThrows(() => script.end());
});

const NODES = {
  node1: {
    'heat-api': { series: '2026.1', version: '26.0.0', vhost: 'heat', state: 'running' },
  },
};

test('another process calls through the socket, and gets errors as answers', async (t) => {
  const asked: ScriptCall[] = [];
  const server = await listenForCalls(async (line) => {
    const call = callSchema.parse(line);
    asked.push(call);
    if (call.call === 'list') return JSON.stringify(NODES);
    if (call.call === 'stop') {
      throw new RollgateError('no-such-service', 'there is no node9', { hint: 'name a node' });
    }
    return '2.1.1 done';
  });
  const call = (...words: string[]) =>
    execa(join(server.bin, 'rollgate'), words, { env: { [SOCKET]: server.socket }, reject: false });
  const [swap, stop] = await Promise.all([
    call('node', 'swap', 'node1/heat-api', '--vhost', 'next'),
    call('node', 'stop', 'node9'),
  ]);
  t.like(swap, { exitCode: 0, stdout: '2.1.1 done' });
  t.deepEqual(
    asked.find((one) => one.call === 'swap'),
    { call: 'swap', on: ['node1/heat-api'], to: 'target', vhost: 'next' },
  );
  t.is(stop.exitCode, 1);
  t.regex(stop.stderr, /there is no node9\nhint: name a node/);
  const list = await call('node', 'list');
  t.is(
    list.stdout,
    `service         series  version  vhost  state
node1/heat-api  2026.1  26.0.0   heat   running`,
  );
  // A client that connects and sends nothing delays no other client.
  const silent = connect(server.socket);
  await once(silent, 'connect');
  await server.close();
  const late = await execa(process.execPath, ['bin/rollgate.js', 'node', 'list'], {
    env: { [SOCKET]: server.socket },
    reject: false,
  });
  t.regex(late.stderr, /it is over/);
});

test('without a run there is one message, with a remedy', async (t) => {
  const child = execa(process.execPath, ['bin/rollgate.js', 'db-sync'], {
    reject: false,
    all: true,
  });
  const { exitCode, all } = await child;
  t.is(exitCode, 104);
  t.regex(all ?? '', /ROLLGATE_SOCKET is not set.*\nhint: .*choreography: script/);
});
