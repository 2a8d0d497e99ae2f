import test from 'ava';
import { z } from 'zod';
import { RollgateError } from '../../src/errors.ts';
import { drawSecrets, SECRETS_FILE } from '../../src/infra/secrets.ts';
import { attach } from '../../src/lab/attach.ts';
import { LAB } from '../../src/lab/labels.ts';
import { docker, engine, labName, nothingLeft, partsOf, removeLabs, rollgate } from './command.ts';

// Two labs that were brought up by two commands at the same time, for all tests of this file.
const ONE = labName('one');
const TWO = labName('two');
const up = (name: string) => rollgate('up', '--name', name, '--topology', '1x1', '--json');

test.before('two labs come up at once without collision', async (t) => {
  const ends = await Promise.all([up(ONE).ended, up(TWO).ended]);
  for (const { exitCode, stderr } of ends) t.is(exitCode, 0, stderr);
});
test.after.always(removeLabs);

const statusSchema = z.array(
  z.object({
    name: z.string(),
    kept: z.boolean(),
    services: z.array(z.object({ service: z.string(), version: z.string(), seen: z.string() })),
    endpoints: z.record(z.string(), z.string()),
  }),
);

async function statusOf(name: string) {
  const { exitCode, stdout, stderr } = await rollgate('status', '--name', name, '--json').ended;
  if (exitCode !== 0) throw new Error(stderr);
  const [lab] = statusSchema.parse(JSON.parse(stdout));
  if (lab === undefined) throw new Error(`no status of ${name}`);
  return lab;
}

/** Stacks can be listed: the API, an engine and the database work. */
async function listsStacks(name: string): Promise<number> {
  const lab = await attach(engine, name);
  const { demo } = lab.secrets;
  const token = await lab.keystone.token({ user: 'demo', password: demo, project: 'demo' });
  const headers = { 'x-auth-token': token.id };
  const url = `${lab.endpoint('heat-api')}/v1/${token.projectId}/stacks`;
  return (await fetch(url, { headers, signal: AbortSignal.timeout(20_000) })).status;
}

test('another process sees each lab as it is, and each works', async (t) => {
  for (const name of [ONE, TWO]) {
    const { kept, services, endpoints } = await statusOf(name);
    t.true(kept);
    t.deepEqual(services, [
      { service: 'heat-api', version: '24.0.0', seen: 'UP' },
      { service: 'heat-engine', version: '24.0.0', seen: 'up' },
    ]);
    t.regex(endpoints['heat-api'] ?? '', /^http:\/\/127\.0\.0\.1:\d+$/);
    t.is(await listsStacks(name), 200);
  }
});

test('up with the name of a lab that is there is an error, and does that lab no harm', async (t) => {
  const before = await partsOf(ONE);
  const ends = await Promise.all([up(ONE).ended, up(ONE).ended]);
  for (const { exitCode, stderr } of ends) {
    t.is(exitCode, 104);
    t.regex(stderr, new RegExp(`^error: a lab named ${ONE} is already there$`, 'm'));
    t.regex(stderr, new RegExp(`^hint: .*rollgate down --name ${ONE}$`, 'm'));
    t.notRegex(stderr, /^ +at /m);
  }
  t.deepEqual(await partsOf(ONE), before);
  t.is(await listsStacks(ONE), 200);
});

test('one of two commands that want a name at the same time gets it', async (t) => {
  const name = labName('race');
  const ends = await Promise.all(
    [0, 1].map(async () => {
      const command = up(name);
      const lost = await Promise.race([
        command.said(/is already there/).then(() => true),
        command.said(/MySQL is up/).then(() => false),
      ]);
      if (!lost) command.kill('SIGINT');
      return (await command.ended).exitCode;
    }),
  );
  t.deepEqual(
    ends.toSorted((a = 0, b = 0) => a - b),
    [104, 105],
  );
  await nothingLeft(t, name);
});

test('ports are published on loopback alone', async (t) => {
  const { containers } = await engine.find({ [LAB]: ONE });
  const bound: (string | undefined)[] = [];
  for (const { id } of containers) {
    const { NetworkSettings, HostConfig } = await docker.getContainer(id).inspect();
    t.false(HostConfig.PublishAllPorts);
    for (const bindings of Object.values(NetworkSettings.Ports)) {
      for (const { HostIp } of bindings ?? []) bound.push(HostIp);
    }
  }
  t.true(bound.length >= 5);
  t.deepEqual(new Set(bound), new Set(['127.0.0.1']));
});

test('all that a lab makes carries its label', async (t) => {
  t.deepEqual(await partsOf(ONE), [
    ...['haproxy', 'keystone', 'mysql', 'node1-heat-api', 'node1-heat-engine', 'rabbitmq'].map(
      (part) => `container rollgate-${ONE}-${part}`,
    ),
    `network rollgate-${ONE}`,
    `volume rollgate-${ONE}-kept`,
  ]);
  // Whatever is called like the lab is labelled: nothing was made that a sweep would not find.
  const all = await docker.listContainers({ all: true, filters: { name: [ONE] } });
  t.is(all.length, 6);
  const { Volumes } = await docker.listVolumes();
  const used = await Promise.all(all.map(({ Id }) => docker.getContainer(Id).inspect()));
  const mounted = used.flatMap(({ Mounts }) => Mounts.flatMap(({ Name }) => Name ?? []));
  // Anonymous volumes go with their containers, see the last test.
  t.true(mounted.every((name) => Volumes.some(({ Name }) => Name === name)));
});

const inOne = (...args: readonly string[]) => rollgate('exec', '--name', ONE, ...args).ended;

test('no secret can be read off a container, a network or a volume', async (t) => {
  const { stdout } = await inOne('--user', 'root', 'haproxy', 'cat', SECRETS_FILE);
  const secrets = Object.values(z.record(z.string(), z.string()).parse(JSON.parse(stdout)));
  t.is(secrets.length, Object.keys(drawSecrets()).length);
  const { containers, networks, volumes } = await engine.find({ [LAB]: ONE });
  const inspected = JSON.stringify(
    await Promise.all([
      ...containers.map(({ id }) => docker.getContainer(id).inspect()),
      ...networks.map(({ name }) => docker.getNetwork(name).inspect()),
      ...volumes.map(({ name }) => docker.getVolume(name).inspect()),
    ]),
  );
  t.true(inspected.includes('rollgate.owner'));
  for (const secret of secrets) t.false(inspected.includes(secret));
});

test('exec passes on output, error and exit status', async (t) => {
  t.deepEqual(
    await inOne('node1/heat-engine', '--', 'sh', '-c', 'echo out; echo err >&2; exit 7'),
    {
      exitCode: 7,
      stdout: 'out',
      stderr: 'err',
    },
  );
  t.like(await inOne('mysql', 'true'), { exitCode: 0, stdout: '', stderr: '' });
});

test('exec loses nothing of a big output', async (t) => {
  const { stdout, exitCode } = await inOne('node1/heat-engine', 'seq', '1', '2000000');
  t.is(exitCode, 0);
  t.is(stdout.length, 14_888_895);
  t.true(stdout.endsWith('\n1999999\n2000000'));
});

test('exec passes output on while the command runs', async (t) => {
  // Goes on in the container: not as the `sleep` that a test below waits for.
  const script = 'echo first; tail -f /dev/null';
  const command = rollgate('exec', '--name', ONE, 'mysql', '--', 'sh', '-c', script);
  t.is(await command.said(/first/), 'first');
  command.kill('SIGINT');
  t.is((await command.ended).exitCode, 105);
});

test('exec as another user', async (t) => {
  t.like(await inOne('--user', 'root', 'node1/heat-engine', '--', 'id', '-un'), { stdout: 'root' });
  t.like(await inOne('node1/heat-engine', '--', 'id', '-un'), { stdout: 'heat' });
});

test('exec of a service that is not there names those that are', async (t) => {
  const { exitCode, stderr } = await inOne('node2/heat-engine', 'true');
  t.is(exitCode, 104);
  t.regex(
    stderr,
    /^hint: There are: haproxy, keystone, mysql, node1\/heat-api, node1\/heat-engine, rabbitmq$/m,
  );
});

test('Ctrl-C ends an exec without a word of error', async (t) => {
  const command = rollgate('exec', '--name', ONE, 'mysql', '--', 'sleep', '600');
  const top = async (): Promise<string> =>
    JSON.stringify(await docker.getContainer(`rollgate-${ONE}-mysql`).top());
  while (!(await top()).includes('sleep')) await new Promise((done) => setImmediate(done));
  command.kill('SIGINT');
  const { exitCode, stderr } = await command.ended;
  t.is(exitCode, 105);
  t.notRegex(stderr, /error:/);
});

const logsOfOne = (...args: readonly string[]) => rollgate('logs', '--name', ONE, ...args);

test('logs of a service, of a node, of all', async (t) => {
  const prefixes = async (...args: readonly string[]) => {
    const { stdout } = await logsOfOne(...args, '--tail', '3').ended;
    const names = stdout.split('\n').map((line) => line.split(' | ')[0] ?? '');
    return [...new Set(names)].toSorted();
  };
  t.deepEqual(await prefixes('--node', 'node1'), ['node1/heat-api', 'node1/heat-engine']);
  t.is((await prefixes()).length, 6);
  // One service alone needs no prefix.
  const { stdout } = await logsOfOne('--service', 'heat-engine').ended;
  t.regex(stdout, /heat/i);
  t.false(stdout.startsWith('node1/'));
});

test('only the last lines, only the last seconds', async (t) => {
  const { stdout } = await logsOfOne('mysql', '--tail', '2').ended;
  t.is(stdout.split('\n').length, 2);
  t.like(await logsOfOne('mysql', '--since', '0').ended, { exitCode: 0, stdout: '' });
  t.like(await logsOfOne('mysql', '--tail', 'some').ended, { exitCode: 104 });
});

test('logs of what is not there name what is', async (t) => {
  const { exitCode, stderr } = await logsOfOne('--node', 'node9').ended;
  t.is(exitCode, 104);
  t.regex(stderr, /^hint: There are: haproxy/m);
});

test('logs --follow ends with Ctrl-C', async (t) => {
  const command = logsOfOne('--follow');
  await command.said(/^mysql \| /);
  command.kill('SIGINT');
  const { exitCode, stderr } = await command.ended;
  t.is(exitCode, 105);
  t.notRegex(stderr, /error:/);
});

test('down of a lab that is not there names those that are', async (t) => {
  const { exitCode, stderr } = await rollgate('down', '--name', labName('none')).ended;
  t.is(exitCode, 104);
  t.regex(stderr, new RegExp(`^error: there is no lab named ${labName('none')}$`, 'm'));
  t.regex(stderr, new RegExp(`^hint: Labs that are there: .*${ONE}, ${TWO}`, 'm'));
  t.is(await rollgate('down', '--all', '--name', ONE).ended.then(({ exitCode }) => exitCode), 104);
});

test('a service that has stopped is seen as such, and cannot be asked', async (t) => {
  await docker.getContainer(`rollgate-${TWO}-node1-heat-engine`).kill();
  const engineOfTwo = ['--name', TWO, 'node1/heat-engine', 'true'];
  const { exitCode, stderr } = await rollgate('exec', ...engineOfTwo).ended;
  t.is(exitCode, 1);
  t.regex(stderr, /^error: container .*heat-engine does not run$/m);
  const { stdout } = await rollgate('status', '--name', TWO).ended;
  t.regex(stdout, /node1 +heat-engine .* exited/);
});

test('an invalid name is refused before anything is created', async (t) => {
  const { exitCode, stderr } = await up('a/b').ended;
  t.is(exitCode, 104);
  t.regex(stderr, /"a\/b" cannot be a lab's name/);
});

test('down of one leaves the other working; who follows its log is done', async (t) => {
  const following = logsOfOne('--follow');
  await following.said(/^mysql \| /);
  const before = await docker.listVolumes();
  const { exitCode, stdout } = await rollgate('down', '--name', ONE).ended;
  t.is(exitCode, 0);
  t.is(stdout, `removed ${ONE}: 6 containers, 1 network, 1 volume`);
  t.is((await following.ended).exitCode, 0);
  await nothingLeft(t, ONE);
  const names = new Set((await docker.listVolumes()).Volumes.map(({ Name }) => Name));
  const gone = before.Volumes.filter(({ Name }) => !names.has(Name)).map(({ Name }) => Name);
  t.true(gone.includes(`rollgate-${ONE}-kept`));

  await docker.getContainer(`rollgate-${TWO}-node1-heat-engine`).start();
  const lab = await attach(engine, TWO);
  const [instance] = lab.instances.filter(({ role }) => role === 'engine');
  if (instance === undefined) return t.fail();
  const release = { series: '2025.1', version: '24.0.0', image: 'rollgate/heat:2025.1' };
  const startedAt = Date.now() - 60_000;
  await lab.awaitServing(instance, release, { vhost: 'heat', startedAt, limitSeconds: 60 });
  t.is(await listsStacks(TWO), 200);

  await t.throwsAsync(attach(engine, ONE), {
    instanceOf: RollgateError,
    code: 'no-such-lab',
  });
  t.is((await rollgate('down', '--name', TWO).ended).exitCode, 0);
  await nothingLeft(t, TWO);
});
