import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import {
  appeared,
  labName,
  nothingLeft,
  partsOf,
  removeLabs,
  rollgate,
  vanished,
  type Command,
} from '../lab/command.ts';

const directory = await mkdtemp(join(tmpdir(), 'rollgate-kill-'));
test.after.always(removeLabs);
test.after.always(() => rm(directory, { recursive: true, force: true }));

/** When a run is killed: when a part of its lab exists, or when a certain line appears. */
const POINTS: readonly (readonly [string, (lab: string, command: Command) => Promise<string>])[] = [
  ['network', (lab) => appeared(lab, /^network/)],
  ...['haproxy', 'mysql', 'rabbitmq', 'db-sync', 'keystone', 'heat-api', 'heat-engine'].map(
    (part) => [part, (lab: string) => appeared(lab, new RegExp(`^container .*${part}$`))] as const,
  ),
  ['seeded', (_, command) => command.said(/Keystone is seeded/)],
  ['serving', (_, command) => command.said(/heat-api serves/)],
  ['load', (_, command) => command.said(/✔ 1\.1 /)],
  // The schema is moved: its container is there a second time.
  ['migrating', (_, command) => command.said(/✔ 1\.2 /)],
  ['stopping the engine', (_, command) => command.said(/✔ 2\.1 /)],
  ['stopping the api', (_, command) => command.said(/✔ 3\.1 /)],
  ['after the swaps', (_, command) => command.said(/✔ 3\.2 /)],
];

for (const [index, [point, reached]] of POINTS.entries()) {
  test(`killed at: ${point}`, async (t) => {
    const name = labName(`kill${index}`);
    const command = rollgate(
      'run',
      `--name=${name}`,
      `--out=${join(directory, name)}`,
      ...'--topology 1x1 --from 2025.1 --to 2026.1 --choreography shared-vhost'.split(' '),
      '--set=durations.baselineSeconds=2',
    );
    await reached(name, command);
    command.kill('SIGKILL');
    await command.ended;
    t.log(`left: ${(await partsOf(name)).length} parts`);
    await vanished(name);
    await nothingLeft(t, name);
  });
}

test('killed and swept by three commands at the same time', async (t) => {
  const name = labName('both');
  const command = rollgate('up', '--name', name, '--topology', '1x1');
  await command.said(/MySQL is up/);
  command.kill('SIGKILL');
  await command.ended;
  const ends = await Promise.all([0, 1, 2].map(() => rollgate('status').ended));
  for (const { exitCode, stderr } of ends) t.is(exitCode, 0, stderr);
  await nothingLeft(t, name);
});

test('a down that is killed half way is finished by the next command', async (t) => {
  const name = labName('down');
  t.is((await rollgate('up', '--name', name, '--topology', '1x1').ended).exitCode, 0);
  const parts = (await partsOf(name)).length;
  const down = rollgate('down', '--name', name);
  while ((await partsOf(name)).length === parts) await new Promise((done) => setImmediate(done));
  down.kill('SIGKILL');
  await down.ended;
  await rollgate('status').ended;
  await nothingLeft(t, name);
});
