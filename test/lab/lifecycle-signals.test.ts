import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { readRun } from '../../src/index.ts';
import { findLab } from '../../src/lab/find.ts';
import { LAB, OWNER } from '../../src/lab/labels.ts';
import { imageWithEngine } from './broken-image.ts';
import {
  appeared,
  docker,
  engine,
  labName,
  LATE_MS,
  nothingLeft,
  partsOf,
  removeLabs,
  rollgate,
  vanished,
} from './command.ts';

const directory = await mkdtemp(join(tmpdir(), 'rollgate-signals-'));
test.after.always(removeLabs);
test.after.always(() => rm(directory, { recursive: true, force: true }));

const up = (name: string) => rollgate('up', '--name', name, '--topology', '1x1');
/** A run that holds its load for longer than any test here takes. */
const run = (name: string, ...args: readonly string[]) => {
  const control = '--topology 1x1 --from 2025.1 --to 2025.1 --choreography shared-vhost';
  const out = join(directory, name);
  return rollgate('run', '--name', name, '--out', out, ...control.split(' '), ...args);
};
const HOLD = ['--set', 'durations.baselineSeconds=600'];

/** The process that removes a lab when its owner is gone. */
async function reaperOf(lab: string): Promise<number> {
  const { containers } = await findLab(engine, lab);
  const owner = containers[0]?.labels[OWNER] ?? '';
  for (const pid of await readdir('/proc')) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (line.includes('reaper-process') && line.includes(owner)) return Number(pid);
  }
  throw new Error(`nothing answers for ${lab}`);
}

/** "A few seconds", on a machine that may be busy. */
const PROMPT_SECONDS = 10;

async function secondsOf(work: Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work;
  return (performance.now() - began) / 1000;
}

test('Ctrl-C while containers become ready: all is removed at once', async (t) => {
  const name = labName('interrupted');
  const command = up(name);
  await command.said(/schema of 2025\.1 is there/);
  // Keystone has some seconds to go.
  command.kill('SIGINT');
  t.true((await secondsOf(command.ended)) < 4);
  const { exitCode, stderr } = await command.ended;
  t.is(exitCode, 105);
  t.regex(stderr, /cleaning up; press Ctrl-C again to stop at once/);
  t.notRegex(stderr, /error:/);
  await nothingLeft(t, name);
});

test('Ctrl-C twice stops at once; the next command sweeps, whatever it is', async (t) => {
  const name = labName('twice');
  const command = up(name);
  await command.said(/MySQL is up/);
  command.kill('SIGINT');
  await command.said(/press Ctrl-C again/);
  // Signals that come together are one press, see src/cli/interrupt.ts.
  const again = setInterval(() => command.kill('SIGINT'), 350);
  const seconds = await secondsOf(command.ended);
  clearInterval(again);
  t.true(seconds < 2, `${seconds} s`);
  t.is((await command.ended).exitCode, 105);

  const { exitCode, stdout } = await rollgate('status', '--json').ended;
  t.is(exitCode, 0);
  t.false(stdout.includes(name));
  await nothingLeft(t, name);
});

test('killed when its network has just been made', async (t) => {
  const name = labName('early');
  const command = up(name);
  await appeared(name, /^network/);
  command.kill('SIGKILL');
  await command.ended;
  await vanished(name);
  await nothingLeft(t, name);
});

test('killed together with what answers for its lab: the next command sweeps it, and says so', async (t) => {
  const name = labName('middle');
  const command = up(name);
  await appeared(name, /^container .*rabbitmq/);
  // A lab whose process lives is never touched.
  const meanwhile = await rollgate('status', '--json').ended;
  t.true(meanwhile.stdout.includes(name));
  t.notRegex(meanwhile.stderr, /swept/);
  process.kill(await reaperOf(name), 'SIGKILL');
  command.kill('SIGKILL');
  await command.ended;
  t.not((await partsOf(name)).length, 0);

  const { stderr } = await rollgate('logs', '--name', name).ended;
  t.regex(stderr, new RegExp(`^swept lab ${name}, whose process is gone$`, 'm'));
  await nothingLeft(t, name);
});

test('killed under load', async (t) => {
  const name = labName('late');
  const command = run(name, ...HOLD);
  await command.said(/✔ 1\.1 /);
  t.like(await findLab(engine, name), { owner: 'alive', kept: false });
  command.kill('SIGKILL');
  await command.ended;
  await vanished(name);
  await nothingLeft(t, name);
});

test('Ctrl-C in a run: the lab goes, what was seen so far stays', async (t) => {
  const name = labName('run');
  const command = run(name, ...HOLD);
  await command.said(/✔ 1\.1 /);
  command.kill('SIGINT');
  t.true((await secondsOf(command.ended)) < PROMPT_SECONDS);
  const { exitCode, stdout, stderr } = await command.ended;
  t.is(exitCode, 105, stderr);
  t.regex(stdout, /The run was aborted/);
  await nothingLeft(t, name);

  const folder = join(directory, name);
  const events = await readRun(folder);
  t.like(events.at(-1), { type: 'run-finished', outcome: 'aborted' });
  t.true(events.some(({ type }) => type === 'step-finished'));
  t.is(JSON.parse(await readFile(join(folder, 'verdict.json'), 'utf8')).outcome, 'error');
  t.regex(await readFile(join(folder, 'plan.txt'), 'utf8'), /start the load/);
});

test('Ctrl-C in a run that is to keep its lab: all of it stays', async (t) => {
  const name = labName('kept');
  const command = run(name, ...HOLD, '--keep');
  await command.said(/✔ 1\.1 /);
  const before = await partsOf(name);
  command.kill('SIGINT');
  const { exitCode, stderr } = await command.ended;
  t.is(exitCode, 105, stderr);
  t.regex(stderr, new RegExp(`lab ${name} is kept`));
  await delay(LATE_MS);
  t.deepEqual(await partsOf(name), [...before, `volume rollgate-${name}-kept`]);
  const { containers } = await engine.find({ [LAB]: name });
  t.deepEqual([...new Set(containers.map(({ state }) => state))], ['running']);
  t.is((await rollgate('down', '--name', name).ended).exitCode, 0);
  await nothingLeft(t, name);
});

test('Ctrl-C while a service is given its time to stop', async (t) => {
  // Works, but heeds no signal: its grace is five minutes.
  const script = `trap '' TERM INT HUP
python3 -c 'from heat.cmd.engine import main; main()'`;
  const stubborn = await imageWithEngine('rollgate/heat:2025.1', 'stubborn', script);
  t.teardown(stubborn.remove);
  const name = labName('stopping');
  const from = ['--from', `image:${stubborn.ref}`];
  const command = run(name, ...from, '--set', 'durations.baselineSeconds=1');
  await command.said(/✔ 2\.1 /);
  await stopped(`rollgate-${name}-node1-heat-engine`, () => command.kill('SIGTERM'));
  t.true((await secondsOf(command.ended)) < PROMPT_SECONDS);
  t.is((await command.ended).exitCode, 105);
  await nothingLeft(t, name);
});

/** Calls back when a container is sent its stop signal. */
async function stopped(container: string, then: () => void): Promise<void> {
  const filters = { container: [container], event: ['kill'] };
  // From a minute ago on: it may have been sent already.
  const since = Math.floor(Date.now() / 1000) - 60;
  const events = await docker.getEvents({ filters, since });
  await once(events, 'data');
  if ('destroy' in events && typeof events.destroy === 'function') events.destroy();
  then();
}
