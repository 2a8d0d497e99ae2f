import { rm } from 'node:fs/promises';
import test, { type ExecutionContext } from 'ava';
import { installConsumer, type Consumer, type Ended } from './consumer.ts';
import { NO_ENGINE, readmeExample } from './readme-example.ts';

/** Each runner with what a project installs for it, and how it starts a test. */
const RUNNERS = {
  ava: { packages: ['ava@7'], start: ['ava'] },
  vitest: { packages: ['vitest@5', 'vite@8.3.8'], start: ['vitest', 'run'] },
  'node-test': { packages: [], start: ['node', '--test'] },
  jest: { packages: ['jest@30'], start: ['jest'] },
} as const;

const RUNNER_NAMES = [
  'ava',
  'vitest',
  'node-test',
  'jest',
] as const satisfies readonly (keyof typeof RUNNERS)[];

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

/** Jest loads ES modules with this flag alone. */
const FLAGS = { NODE_OPTIONS: '--experimental-vm-modules' };

/** Starts a test as the runner's users do. */
async function startTest(runner: keyof typeof RUNNERS, file: string): Promise<Ended> {
  const [command, ...args] = RUNNERS[runner].start;
  const environment = { ...NO_ENGINE, ...(runner === 'jest' ? FLAGS : {}) };
  return await consumerOf(runner).run(command, [...args, file], environment);
}

function consumerOf(runner: keyof typeof RUNNERS): Consumer {
  const consumer = consumers.get(runner);
  if (consumer === undefined) throw new Error(`no project for ${runner} was installed`);
  return consumer;
}

for (const runner of RUNNER_NAMES) {
  test(`the files of init run under ${runner} until a lab would start`, async (t) => {
    const consumer = consumerOf(runner);
    const written = await consumer.run('rollgate', ['init']);
    t.is(written.exitCode, 0, written.stderr);
    t.regex(written.stdout, new RegExp(`a test of that upgrade, for ${runner.replace('-', '.')}`));
    const planned = await consumer.run('rollgate', ['plan', 'upgrade.yaml']);
    t.is(planned.exitCode, 0, planned.stderr);
    failsForWantOfAnEngine(t, await startTest(runner, 'test/upgrade.test.mjs'));
  });

  test(`README's example runs under ${runner} until a lab would start`, async (t) => {
    await consumerOf(runner).write('example.test.mjs', await readmeExample(runner));
    failsForWantOfAnEngine(t, await startTest(runner, 'example.test.mjs'));
  });
}

function failsForWantOfAnEngine(t: ExecutionContext, { exitCode, stdout, stderr }: Ended): void {
  t.not(exitCode, 0);
  t.regex(
    `${stdout}\n${stderr}`,
    /no container engine answers at unix:\/\/\/nowhere\/docker\.sock/,
  );
}
