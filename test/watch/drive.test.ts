import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { waitFor } from '../../src/containers/wait.ts';
import { judge, readRun } from '../../src/index.ts';
import { BIN } from '../cli/rollgate.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { WatchedCloud } from './watched-cloud.ts';

const directory = temporaryFolder();

function drive(
  t: ExecutionContext,
  { env }: WatchedCloud,
  name: string,
  options: readonly string[],
) {
  const out = join(directory, name);
  const own = `unit-drive-${process.pid}-${name}`;
  const fixed = ['--name', own, '--out', out, '--stacks', '0', '--after', '0.5s', '--rate', '60'];
  const upgrade = [
    '--from',
    '2025.1',
    '--to',
    '2026.1',
    '--topology',
    '1x1',
    '--driver',
    'command',
  ];
  const driving = execa(
    process.execPath,
    [BIN, 'drive', ...fixed, ...upgrade, '--set', 'durations.baselineSeconds=1', ...options],
    { env: { ...env, CI: 'true' }, reject: false },
  );
  t.teardown(() => driving.kill('SIGKILL'));
  return { driving, out };
}

/** Writes what was asked for, and when, into a file. */
function logging(name: string): { readonly file: string; readonly command: string } {
  const file = join(directory, `${name}.log`);
  const line = '$(date +%s%3N) $ROLLGATE_KIND $ROLLGATE_NODE/$ROLLGATE_SERVICE';
  return { file, command: `echo "${line}" >> ${file}` };
}

async function asked(file: string): Promise<readonly (readonly [number, string])[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [time = '', ...rest] = line.split(' ');
      return [Number(time), rest.join(' ')] as const;
    });
}

async function askedFor(file: string, what: string): Promise<void> {
  await waitFor({ what, limitSeconds: 60, everyMs: 20 }, async () => {
    const lines = await asked(file);
    return lines.some(([, text]) => text === what) ? { value: true } : { notYet: lines.join() };
  });
}

test.serial(
  'the next step begins when the services interrupted by the last step serve again',
  async (t) => {
    await using cloud = await WatchedCloud.start();
    const { file, command } = logging('waits');
    const { driving, out } = drive(t, cloud, 'waits', ['--command', command]);
    await askedFor(file, 'swap node1/heat-api');
    await cloud.stopFor(3000);
    const back = Date.now();
    const { exitCode, stdout, stderr } = await driving;
    t.is(exitCode, 0, stderr);
    const lines = await asked(file);
    t.deepEqual(
      lines
        .map(([, what]) => what)
        .filter((what) => what.startsWith('swap') || what === 'db-sync /'),
      ['db-sync /', 'swap node1/heat-api', 'swap node1/heat-engine'],
    );
    const [engine] = lines.find(([, what]) => what === 'swap node1/heat-engine') ?? [0];
    t.true(engine >= back, `${engine - back} ms after it was back`);
    const { api, steps, choreography, target } = judge(await readRun(out));
    t.is(choreography, 'guide');
    t.is(target.series, '2026.1');
    const lostIn = new Set(api.lost.map(({ step }) => steps.find(({ id }) => id === step)?.name));
    t.is(lostIn.size, 1);
    t.regex([...lostIn].join(), /swap heat-api on node1 to 2026\.1/);
    t.regex(stdout, /guide on 1x1/);
    t.regex(await readFile(join(out, 'plan.txt'), 'utf8'), /swap heat-api on node1/);
  },
);

test.serial(
  'a service that is not served again in time ends the upgrade before the next step',
  async (t) => {
    await using cloud = await WatchedCloud.start();
    const { file, command } = logging('gone');
    const { driving, out } = drive(t, cloud, 'gone', ['--command', command, '--patience', '2s']);
    await askedFor(file, 'swap node1/heat-api');
    const stopped = cloud.stopFor(8000);
    const { exitCode } = await driving;
    await stopped;
    t.is(exitCode, 99);
    const lines = await asked(file);
    t.is(lines.at(-1)?.[1], 'swap node1/heat-api');
    const { error, outcome, steps } = judge(await readRun(out));
    t.is(outcome, 'failed');
    t.is(error?.code, 'not-served-again');
    t.regex(error?.message ?? '', /list\/new is not served \(connect-refused\)/);
    t.is(steps.find(({ name }) => name.includes('swap heat-api'))?.status, 'failed');
  },
);

test.serial('a step at which the deployer fails ends the upgrade', async (t) => {
  await using cloud = await WatchedCloud.start();
  const { file, command } = logging('fails');
  const failing = `${command}; [ "$ROLLGATE_KIND" != db-sync ] || exit 7`;
  const { driving, out } = drive(t, cloud, 'fails', ['--command', failing]);
  t.is((await driving).exitCode, 99);
  t.deepEqual(
    (await asked(file)).map(([, what]) => what),
    ['db-sync /'],
  );
  const { error } = judge(await readRun(out));
  t.is(error?.code, 'driver-failed');
  t.regex(error?.message ?? '', /sync the database schema .* ended with 7/);
});

test.serial(
  'a driver without its program, or with another driver’s program, is refused at once',
  async (t) => {
    const refused = async (...options: readonly string[]): Promise<string> => {
      const { exitCode, stderr } = await execa(process.execPath, [BIN, 'drive', ...options], {
        reject: false,
      });
      t.is(exitCode, 104);
      return stderr;
    };
    t.regex(await refused('--driver', 'ansible'), /--driver ansible needs --playbook/);
    t.regex(
      await refused('--driver', 'command', '--command', 'x', '--limit', 'y'),
      /--limit is not for --driver command/,
    );
  },
);
