import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { z } from 'zod';
import { judge, readRun } from '../../src/index.ts';
import { BIN } from '../cli/rollgate.ts';
import { labName, nothingLeft, removeLabs, rollgate } from '../lab/command.ts';

const LAB = labName('hold');
const directory = await mkdtemp(join(tmpdir(), 'rollgate-test-'));
test.after.always(removeLabs);
test.after.always(() => rm(directory, { recursive: true, force: true }));

/** The output of a verb about the lab. */
async function look(verb: string, ...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await rollgate(verb, '--name', LAB, ...args).ended;
  if (exitCode !== 0) throw new Error(`${verb}: ${stderr}`);
  return stdout;
}

const statusSchema = z.array(
  z.object({
    paused: z.object({ next: z.string(), why: z.array(z.string()), load: z.string() }),
    services: z.array(z.object({ service: z.string(), version: z.string(), seen: z.string() })),
    vhosts: z.array(z.object({ vhost: z.string(), queues: z.number(), consumers: z.number() })),
    inFlight: z.array(z.object({ object: z.string(), stuck: z.boolean() })),
    unseen: z.array(z.string()),
  }),
);

async function status() {
  const [lab] = statusSchema.parse(JSON.parse(await look('status', '--json')));
  if (lab === undefined) throw new Error('no status');
  return lab;
}

const catalogue = z.object({
  token: z.object({
    catalog: z.array(
      z.object({
        type: z.string(),
        endpoints: z.array(z.object({ interface: z.string(), url: z.string() })),
      }),
    ),
  }),
});

/** As a client does that has these variables and knows nothing else: by the catalogue's address. */
async function listsStacks(environment: string): Promise<number> {
  const variables = z.record(z.string(), z.string()).parse(JSON.parse(environment));
  const user = {
    name: variables['OS_USERNAME'],
    password: variables['OS_PASSWORD'],
    domain: { id: 'default' },
  };
  const project = { name: variables['OS_PROJECT_NAME'], domain: { id: 'default' } };
  const answer = await fetch(`${variables['OS_AUTH_URL']}/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      auth: {
        identity: { methods: ['password'], password: { user } },
        scope: { project },
      },
    }),
  });
  const { token } = catalogue.parse(await answer.json());
  const heat = token.catalog.find(({ type }) => type === 'orchestration');
  const face = heat?.endpoints.find((one) => one.interface === variables['OS_INTERFACE']);
  const headers = { 'x-auth-token': answer.headers.get('x-subject-token') ?? '' };
  return (await fetch(`${face?.url}/stacks`, { headers })).status;
}

test('a run is held before a swap, inspected and resumed, then held where it failed', async (t) => {
  const load = ['--set', 'durations.baselineSeconds=3', '--set', 'load.stuckAfterSeconds=10'];
  // A nested stack can hold a stopping engine for a minute: calls are lost then, and held before 3.2.
  load.push('--set', 'load.workload.kinds=["in-place"]');
  const pause = ['--pause-at', '3.1', '--pause-on', 'failure', '--no-preflight'];
  const lab = ['--topology', '1x1', '--name', LAB, '--out', directory];
  const run = rollgate('run', 'control', ...lab, ...pause, ...load);
  await run.said(/⏸ paused at 3\.1 swap heat-engine on node1/);

  const [held, engines, refused, queues, logs, host, shell, environment] = await Promise.all([
    status(),
    look('sql', '--json', 'SELECT host FROM service'),
    rollgate('sql', '--name', LAB, 'DELETE FROM stack').ended,
    look('queues'),
    look('logs', '--node', 'node1', '--since', '5m', '--tail', '1'),
    look('exec', 'node1', '--', 'hostname'),
    execa(process.execPath, [BIN, 'shell', '--name', LAB, 'node1/heat-api'], {
      input: 'hostname\nexit 3\n',
      reject: false,
    }),
    look('env', '--json'),
  ]);
  t.deepEqual(held.services, [
    { service: 'heat-api', version: '24.0.0', seen: 'UP' },
    { service: 'heat-engine', version: '24.0.0', seen: 'up' },
  ]);
  t.like(held.paused, { why: ['asked for'], load: 'stopped' });
  t.deepEqual(
    held.vhosts.map(({ vhost, queues, consumers }) => [vhost, queues > 0, consumers >= queues]),
    [['heat', true, true]],
  );
  t.deepEqual(held.unseen, []);
  t.deepEqual(JSON.parse(engines), [{ host: 'node1' }]);
  t.is(refused.exitCode, 1);
  t.regex(refused.stderr, /DELETE command denied/);
  t.regex(queues, /^heat +engine +0 +0 +1$/m);
  t.regex(logs, /^node1\/heat-api \| /m);
  t.is(host, 'node1');
  t.like(shell, { stdout: 'node1', exitCode: 3 });
  t.is(await listsStacks(environment), 200);

  t.regex(await look('resume'), new RegExp(`^${LAB} goes on: 3\\.1 swap heat-engine on node1`));
  // Either the engine drops a call when it stops, or the only api is down while it is swapped.
  const second = await run.said(/⏸ paused at (3\.2|4\.1) /);
  const failed = await status();
  t.regex(failed.paused.why.join('\n'), /^request lost: /m);
  await look('resume');
  const { exitCode: end } = await run.ended;
  t.is(end, 99);
  await nothingLeft(t, LAB);

  const events = await readRun(directory);
  const { pauses } = judge(events);
  t.deepEqual(
    pauses.map(({ next, load }) => [next, load]),
    [
      ['3.1', 'stopped'],
      [/paused at (\S+)/.exec(second)?.[1], 'stopped'],
    ],
  );
  const [first] = pauses;
  const sent = events.filter(
    (event) =>
      event.type === 'request' &&
      event.sentAt > (first?.from ?? 0) &&
      event.sentAt < (first?.to ?? 0),
  );
  t.deepEqual(sent, [], 'the load stood still');
  t.true((first?.seconds ?? 0) > 5);
});
