import { rm } from 'node:fs/promises';
import test from 'ava';
import { installConsumer, type Consumer } from './consumer.ts';

/** Each runner with what a project installs for it, and how it starts a test. */
const RUNNERS = {
  ava: { packages: ['ava@7'], start: ['ava'] },
  vitest: { packages: ['vitest@5', 'vite@8.3.8'], start: ['vitest', 'run'] },
  'node-test': { packages: [], start: ['node', '--test'] },
  jest: { packages: ['jest@30'], start: ['jest'] },
} as const;

const folders: string[] = [];
const consumers = new Map<string, Consumer>();

test.before('install into an empty project for each runner', async (t) => {
  t.timeout(15 * 60_000);
  for (const [runner, { packages }] of Object.entries(RUNNERS)) {
    const consumer = await installConsumer(process.execPath, packages);
    folders.push(consumer.folder);
    consumers.set(runner, consumer);
  }
});

test.after.always('the projects are gone', async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

/** No engine answers there, and none may be installed: the test goes as far as a lab would start. */
const NO_ENGINE = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };

for (const [runner, { start }] of Object.entries(RUNNERS)) {
  test(`the files of init run under ${runner} until a lab would start`, async (t) => {
    const consumer = consumers.get(runner);
    if (consumer === undefined) return t.fail('it was not installed');
    const written = await consumer.run('rollgate', ['init']);
    t.is(written.exitCode, 0, written.stderr);
    t.regex(written.stdout, new RegExp(`a test of that upgrade, for ${runner.replace('-', '.')}`));
    const planned = await consumer.run('rollgate', ['plan', 'upgrade.yaml']);
    t.is(planned.exitCode, 0, planned.stderr);
    const [command, ...args] = start;
    const flags = runner === 'jest' ? { NODE_OPTIONS: '--experimental-vm-modules' } : {};
    const ended = await consumer.run(command, [...args, 'test/upgrade.test.mjs'], {
      ...NO_ENGINE,
      ...flags,
    });
    t.not(ended.exitCode, 0);
    t.regex(`${ended.stdout}\n${ended.stderr}`, /no container engine|nowhere\/docker\.sock/i);
  });
}
