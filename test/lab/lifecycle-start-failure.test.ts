import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { RollgateError } from '../../src/errors.ts';
import { Lab } from '../../src/index.ts';
import { drawSecrets, SECRETS_FILE } from '../../src/infra/secrets.ts';
import { imageWithEngine } from './broken-image.ts';
import { docker, engine, labName, nothingLeft, removeLabs, rollgate } from './command.ts';

const directory = await mkdtemp(join(tmpdir(), 'rollgate-start-'));
const ENDS = 'echo starting; echo boom >&2; exit 3';
const HANGS = "trap '' TERM INT HUP; echo hanging; while :; do sleep 1; done";
const [ends, hangs, baseEnds] = await Promise.all([
  imageWithEngine('rollgate/heat:2026.1', 'ends', ENDS),
  imageWithEngine('rollgate/heat:2026.1', 'hangs', HANGS),
  imageWithEngine('rollgate/heat:2025.1', 'base-ends', ENDS),
]);
test.after.always(removeLabs);
test.after.always(async () => {
  await Promise.all([ends.remove(), hangs.remove(), baseEnds.remove()]);
  await rm(directory, { recursive: true, force: true });
});

/** No request that waits for an engine: with none there, that would be for a minute. */
const PROBES = [{ probe: 'version', connection: 'new', rate: 2 }] as const;
/** A nested stack can hold a stopping engine for a minute. */
const KINDS = ['in-place'] as const;
/** The engine is swapped first, after hardly any load. */
const SHORT: readonly string[] = [
  ...'--topology 1x1 --choreography shared-vhost --set durations.baselineSeconds=1'.split(' '),
  '--seed=1',
  `--set=load.probes=${JSON.stringify(PROBES)}`,
  `--set=load.workload.kinds=${JSON.stringify(KINDS)}`,
];

/** A run folder's files with their text. */
async function filesOf(folder: string): Promise<readonly (readonly [string, string])[]> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  return Promise.all(
    names
      .filter((entry) => entry.isFile())
      .map(async ({ parentPath, name }) => {
        const path = join(parentPath, name);
        return [path.slice(folder.length + 1), await readFile(path, 'utf8')] as const;
      }),
  );
}

test('a target that exits at once fails the upgrade; the report has step, log and arrow, but no secret', async (t) => {
  const name = labName('ends');
  const folder = join(directory, name);
  const images = ['--from', '2025.1', '--to', `image:${ends.ref}`];
  const command = rollgate('run', '--name', name, '--out', folder, ...images, ...SHORT);
  await command.said(/node1\/heat-engine serves/);
  const secrets: string[] = Object.values(
    JSON.parse(await engine.readFile(`rollgate-${name}-haproxy`, SECRETS_FILE)),
  );
  const { exitCode, stdout, stderr } = await command.ended;
  t.is(exitCode, 99, stderr);
  t.regex(stdout, /FAILED .*node1\/heat-engine.* did not serve \(step 3\.1, swap/);
  t.regex(stdout, /boom/);
  // The plan again, with an arrow at the step.
  const plans = stderr.split('seed         1');
  t.is(plans.length, 3);
  const marked = (plans[2] ?? '').split('\n').filter((line) => line.startsWith('─▶'));
  t.true(
    marked.some((line) => line.includes('3.1 swap heat-engine on node1')),
    plans[2],
  );
  await nothingLeft(t, name);

  const verdict = JSON.parse(await readFile(join(folder, 'verdict.json'), 'utf8'));
  t.is(verdict.outcome, 'failed');
  t.like(
    verdict.steps.find(({ id }: { readonly id: string }) => id === '3.1'),
    { status: 'failed' },
  );
  const files = await filesOf(folder);
  // Noticed when it ended, not when its time was up (120 s).
  const events = (await readFile(join(folder, 'events.ndjson'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const ended = events.findLast(
    ({ type, container, exitCode }) =>
      type === 'container-changed' && container === 'node1/heat-engine' && exitCode === 3,
  );
  const noticed = events.find(({ type, step }) => type === 'step-finished' && step === '3.1');
  const seconds = (noticed.at - ended.at) / 1000;
  t.true(seconds < 10, `noticed after ${seconds} s`);

  const names = files.map(([path]) => path);
  for (const path of ['plan.txt', 'events.ndjson', 'verdict.json', 'logs/keystone.log']) {
    t.true(names.includes(path), `${path} of ${names.join(', ')}`);
  }
  t.is(secrets.length, Object.keys(drawSecrets()).length);
  for (const [path, text] of files) {
    for (const secret of secrets) t.false(text.includes(secret), `${path} holds a secret`);
  }
});

test('a target that hangs and ignores signals is killed after its limit', async (t) => {
  const name = labName('hangs');
  await using lab = await Lab.start({ series: '2025.1', topology: '1x1', name, serveSeconds: 60 });
  const { verdict } = await lab.upgrade({
    to: `image:${hangs.ref}`,
    choreography: 'shared-vhost',
    seed: 1,
    durations: { baselineSeconds: 0, serveSeconds: 5 },
    load: { probes: [...PROBES], workload: { kinds: [...KINDS] } },
    directory: join(directory, name),
  });
  t.is(verdict.outcome, 'failed');
  t.regex(verdict.reasons.join('\n'), /waited 5 s for node1\/heat-engine in Heat's service list/);
  t.regex(verdict.reasons.join('\n'), /hanging/);
  await lab.down();
  await nothingLeft(t, name);
});

test('a base that does not start is an error of the harness, with its log', async (t) => {
  const name = labName('base');
  const folder = join(directory, name);
  const where = ['--name', name, '--out', folder];
  const images = ['--from', `image:${baseEnds.ref}`, '--to', '2026.1'];
  const { exitCode, stdout, stderr } = await rollgate('run', ...where, ...images, ...SHORT).ended;
  t.is(exitCode, 1);
  t.is(stdout, '');
  t.regex(stderr, /^error: node1\/heat-engine exited with 3 before it served$/m);
  t.regex(stderr, /^ +boom$/m);
  t.regex(stderr, /^hint: /m);
  t.notRegex(stderr, /^ +at /m);
  await nothingLeft(t, name);

  // The saved run shows it too.
  const verdict = JSON.parse(await readFile(join(folder, 'verdict.json'), 'utf8'));
  t.like(verdict, { outcome: 'error', ended: 'failed', error: { code: 'did-not-serve' } });
  t.regex(verdict.error.message, /boom/);
  // The logs of all services: often the fault of one is the failure of another.
  t.regex(await readFile(join(folder, 'logs', 'node1-heat-engine.log'), 'utf8'), /boom/);
  t.regex(await readFile(join(folder, 'logs', 'rabbitmq.log'), 'utf8'), /Time to start RabbitMQ/);
  t.regex(await readFile(join(folder, 'plan.txt'), 'utf8'), /swap heat-engine/);
});

test('a missing image is reported with a hint before anything is created', async (t) => {
  const name = labName('missing');
  const images = ['--from', '2025.1', '--to', 'image:rollgate-test/no-such:image'];
  const { exitCode, stderr } = await rollgate('run', '--name', name, ...images, ...SHORT).ended;
  t.is(exitCode, 104);
  t.regex(stderr, /^error: image rollgate-test\/no-such:image is missing$/m);
  t.regex(stderr, /^hint: .*docker pull/m);
  t.notRegex(stderr, / is up /);
  t.notRegex(stderr, /^ +at /m);
  await nothingLeft(t, name);
});

test('a container’s name that is taken is an error with a hint, and leaves nothing', async (t) => {
  const name = labName('taken');
  const other = await docker.createContainer({
    name: `rollgate-${name}-keystone`,
    Image: ends.ref,
  });
  try {
    const error = await t.throwsAsync(Lab.start({ series: '2025.1', topology: '1x1', name }), {
      instanceOf: RollgateError,
      code: 'name-taken',
    });
    t.regex(error instanceof RollgateError ? (error.hint ?? '') : '', /docker rm -f/);
    await nothingLeft(t, name);
  } finally {
    await other.remove();
  }
});
