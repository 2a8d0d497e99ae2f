import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { z } from 'zod';
import { waitFor } from '../../src/containers/wait.ts';
import { assertVerdict, Lab } from '../../src/index.ts';
import { docker, engine, labName, nothingLeft, partsOf, removeLabs } from '../lab/command.ts';

test.after.always(removeLabs);

const TEMPLATE = {
  heat_template_version: '2018-08-31',
  parameters: { size: { type: 'number' } },
  resources: {
    random: { type: 'OS::Heat::RandomString' },
    value: { type: 'OS::Heat::Value', properties: { value: { get_param: 'size' } } },
  },
  outputs: {
    random: { value: { get_attr: ['random', 'value'] } },
    size: { value: { get_attr: ['value', 'value'] } },
  },
};

test('a function rolls a lab under custom probes, stacks and a custom client', async (t) => {
  const name = labName('library');
  const folder = await mkdtemp(join(tmpdir(), 'rollgate-library-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  await using lab = await Lab.start({ series: '2025.1', topology: '1x1', name });

  // Services, token, API.
  const service = lab.service('node1/heat-engine');
  t.is(await service.version(), '24.0.0');
  t.is(await service.state(), 'running');
  t.regex(await service.logs({ tail: 50 }), / (DEBUG|INFO) /);
  const listed = await service.exec(['heat-manage', 'service', 'list']);
  t.is(listed.exitCode, 0, listed.stderr);
  await using api = await lab.api();
  const stacks = await api.get('/stacks', { schema: z.object({ stacks: z.array(z.unknown()) }) });
  t.is(stacks.status, 200);
  t.is(stacks.server, 'node1/heat-api');
  t.regex(stacks.requestId, /^req-/);
  await t.throwsAsync(api.get('/stacks/none/none'), {
    code: 'unexpected-answer',
    message: /404 by node1\/heat-api \(req-/,
  });
  t.is((await lab.env())['OS_PROJECT_NAME'], 'demo');
  t.is((await lab.env({ as: 'administrator' }))['OS_PROJECT_NAME'], 'admin');
  t.truthy((await lab.token()).id);

  // Another process would see the same.
  await using attached = await Lab.attach(name);
  t.is(attached.network, `rollgate-${name}`);
  await t.throwsAsync(attached.upgrade({ to: '2026.1' }), { code: 'not-started-here' });

  const refused: string[] = [];
  let asked = 0;
  const run = await lab.during(
    async (client) => {
      while (!client.signal.aborted) {
        const answer = await client.fetch('/stacks').catch(() => undefined);
        // An answer of the load balancer without a server is one too.
        if (answer?.status === 200) asked += 1;
        await new Promise((resolve) => {
          setTimeout(resolve, 200);
        });
      }
    },
    {
      to: '2026.1',
      seed: 1,
      directory: join(folder, 'roll'),
      durations: { baselineSeconds: 8, afterSeconds: 3 },
      load: {
        customProbes: [
          {
            name: 'build-info',
            rate: 2,
            request: { path: '/v1/{project}/build_info' },
            check: (body) => (body.includes('api') ? undefined : 'no api in it'),
          },
        ],
        workload: {
          rate: 0.5,
          kinds: ['own'],
          customKinds: [
            {
              name: 'own',
              template: TEMPLATE,
              parameters: { size: 1 },
              holds: { outputs: { size: { matches: '^1$' }, random: { unchanged: true } } },
              update: {
                parameters: { size: 2 },
                holds: { outputs: { size: { matches: '^2$' }, random: { unchanged: true } } },
              },
            },
          ],
        },
      },
      roll: async (lab) => {
        await lab
          .service('node1/heat-engine')
          .swap()
          .catch((error: Error) => refused.push(error.message));
        await lab.dbSync();
        await lab.service('node1/heat-engine').swap();
        await lab.service('node1/heat-api').swap();
        t.is(await lab.service('node1/heat-api').version(), '26.0.1');
      },
    },
  );
  const { verdict, events } = run;
  t.log(JSON.stringify({ reasons: verdict.reasons, stacks: verdict.stacks, asked }));
  t.log(verdict.causes.map(({ title, count, unit }) => `${count} ${unit}: ${title}`));
  t.is(verdict.ended, 'completed', JSON.stringify(verdict.error));
  t.is(verdict.outcome, 'passed');
  t.deepEqual(verdict.require, []);
  t.is(verdict.choreography, 'roll');
  t.regex(refused.join('\n'), /before the schema was synced/);
  t.deepEqual(
    verdict.steps
      .filter(({ stage }) => stage === 'roll')
      .map(({ name: step, status }) => `${status} ${step}`),
    [
      'done call the function that rolls the lab, for 7200 s at most',
      'done sync the database schema with the code of 2026.1',
      'done swap heat-engine on node1 to 2026.1 (vhost heat)',
      'done swap heat-api on node1 to 2026.1 (vhost heat)',
    ],
  );

  // The only api was down for seconds: clients lost requests in this time, with their address.
  for (const probe of ['client', 'build-info']) {
    const lost = verdict.api.lost.filter((one) => one.probe === probe);
    t.true(lost.length > 0, `${probe} lost nothing`);
    t.true(
      lost.every(({ step }) => step !== null),
      `${probe}: no step`,
    );
    t.true(
      lost.some(({ node, cause }) => node === 'node1' && cause !== ''),
      `${probe}: no node`,
    );
  }
  t.true(asked > 20);
  const own = events.filter((event) => event.type === 'request' && event.probe === 'client');
  t.is(own.filter((event) => event.type === 'request' && event.outcome === 'served').length, asked);

  // The custom stacks are in the ledger, and their checks were made.
  t.true(verdict.stacks.accepted >= 3);
  const checks = events.filter((event) => event.type === 'integrity-checked');
  const looked = new Set(checks.map(({ check }) => check));
  for (const check of ['output-size', 'output-random', 'resources-complete']) {
    t.true(looked.has(check), check);
  }
  t.deepEqual(
    checks.filter(({ ok }) => !ok).map(({ check, detail }) => `${check}: ${detail}`),
    [],
  );
  t.true(events.some((event) => event.type === 'operation-accepted' && event.action === 'update'));

  assertVerdict(run).proves('supports-upgrade').passes();
  const error = t.throws(() => assertVerdict(run).proves('supports-zero-downtime-upgrade'));
  t.log(error.message);
  t.regex(error.message, /found +it is failed: [\w-]+: /);
  await lab.down();
  await nothingLeft(t, name);
});

test('a custom container is in the lab’s network, and is removed with the lab', async (t) => {
  const name = labName('beside');
  const lab = await Lab.start({ series: '2025.1', topology: '1x1', name });
  try {
    const created = await docker.createContainer({
      Image: 'rollgate/haproxy:latest',
      Entrypoint: ['sleep', '600'],
      Labels: { ...lab.labels },
      HostConfig: { NetworkMode: lab.network },
    });
    await created.start();
    const { exitCode } = await engine.exec(created.id, ['getent', 'hosts', 'keystone']);
    t.is(exitCode, 0);
  } finally {
    await lab.down();
  }
  await nothingLeft(t, name);
});

test('a lab is removed when its process ends, even by SIGKILL, without another command', async (t) => {
  const name = labName('reaped');
  const program = fileURLToPath(new URL('../lab/start-and-wait.ts', import.meta.url));
  const child = spawn(process.execPath, [program, name], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'up') break;
  }
  t.true((await partsOf(name)).length > 5);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await waitFor({ what: `lab ${name} to be gone`, limitSeconds: 60 }, async () => {
    const parts = await partsOf(name);
    return parts.length === 0 ? { value: undefined } : { notYet: parts.join(', ') };
  });
  await nothingLeft(t, name);
});
