import { readFile, readdir, writeFile } from 'node:fs/promises';
import test from 'ava';
import { parse } from 'yaml';
import { z } from 'zod';
import { designOfLab } from '../../../src/cli/options/lab.ts';
import { listLabFiles } from '../../../src/document/lab-files.ts';
import { SecretsSchema } from '../../../src/infra/secrets.ts';
import { PUBLIC_SECRETS } from '../../../src/lab/compose/public-secrets.ts';
import { migrationSpec, serverSpec, serviceSpec } from '../../../src/lab/specs.ts';
import { allServers } from '../../../src/scenario/topology/infrastructure.ts';
import { networkAlias, servicesOf } from '../../../src/scenario/topology/topology.ts';
import { heat } from '../../../src/subject/heat/index.ts';
import { invoked } from '../rollgate.ts';

const COMPOSE = new URL('../../../compose/', import.meta.url);
const TOPOLOGIES = listLabFiles('topology');

const serviceSchema = z.object({
  image: z.string(),
  hostname: z.string(),
  command: z.array(z.string()).optional(),
  ports: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.unknown()).default({}),
  configs: z.array(z.object({ source: z.string(), target: z.string() })),
});
const composeSchema = z.object({
  services: z.record(z.string(), serviceSchema),
  configs: z.record(z.string(), z.object({ content: z.string() })),
});

async function composed(...args: readonly string[]) {
  const { exitCode, stdout, stderr } = await invoked(['compose', ...args]);
  if (exitCode !== 0) throw new Error(stderr);
  const { services, configs } = composeSchema.parse(parse(stdout));
  return { stdout, services: new Map(Object.entries(services)), configs };
}

/** Compose's result for a text in which every dollar sign is escaped. */
function read(text: string): string {
  return text.replaceAll('$$', '$');
}

/** The files in compose/ are generated: `npm run compose:generate`, and read the diff. */
const current = test.macro({
  title: (_, topology: string) => `compose/${topology}.yaml is what \`rollgate compose\` prints`,
  exec: async (t, topology: string) => {
    const file = new URL(`${topology}.yaml`, COMPOSE);
    const text = `${(await composed('--topology', topology)).stdout}\n`;
    if (process.env['UPDATE_GOLDEN'] === '1') await writeFile(file, text);
    t.is(text, await readFile(file, 'utf8'));
  },
});
for (const topology of TOPOLOGIES) test(current, topology);

test('there is a Compose file for each topology and for nothing else', async (t) => {
  t.deepEqual((await readdir(COMPOSE)).sort(), TOPOLOGIES.map((name) => `${name}.yaml`).sort());
});

test('containers are the same as in a lab: image, command, hostname, files and alias', async (t) => {
  const { services, configs } = await composed('--topology', '2x2-cfn', '--series', '2026.1');
  const { release, topology } = await designOfLab({ topology: '2x2-cfn', series: '2026.1' });
  const blueprint = { subject: heat, topology, secrets: PUBLIC_SECRETS };
  const running = { image: release.image, vhost: blueprint.subject.shape.baseVhost };
  const migration = migrationSpec(blueprint, running);
  const lab = [
    ...allServers(topology).map((name) => {
      const spec = serverSpec(blueprint, name, blueprint.subject.shape.baseVhost);
      return [name, { ...spec, hostname: name }] as const;
    }),
    [migration.hostname, migration] as const,
    ...servicesOf(topology).map(
      (instance) => [networkAlias(instance), serviceSpec(blueprint, instance, running)] as const,
    ),
  ];
  t.deepEqual([...services.keys()].sort(), [...lab.map(([name]) => name), 'seed'].sort());
  for (const [name, spec] of lab) {
    const service = services.get(name);
    t.is(service?.image.replace('${HEAT_SERIES:-2026.1}', '2026.1'), spec.image);
    t.is(service?.hostname, spec.hostname);
    t.deepEqual(service?.command?.map(read), spec.command);
    t.deepEqual(
      service?.configs.map(({ source, target }) => ({
        path: target,
        content: read(configs[source]?.content ?? ''),
      })),
      spec.files.map(({ path, content }) => ({ path, content })),
    );
  }
});

test('Compose has only the variables of the series to replace', async (t) => {
  const { stdout } = await composed('--topology', '2x2');
  const left = stdout.replaceAll('$$', '').match(/\$.*/g);
  t.deepEqual([...new Set(left)], ['${HEAT_SERIES:-2025.1}']);
});

test('ports are published only on loopback, those of the infrastructure under their own numbers', async (t) => {
  const { services } = await composed('--topology', '2x2');
  const ports = [...services.values()].flatMap(({ ports }) => ports);
  t.deepEqual(
    ports.filter((port) => !port.startsWith('127.0.0.1:')),
    [],
  );
  t.true(services.get('haproxy')?.ports.includes('127.0.0.1:8004:8004'));
  t.true(services.get('keystone')?.ports.includes('127.0.0.1:5000:5000'));
  t.deepEqual(services.get('node2-heat-api')?.ports, ['127.0.0.1::8004']);
});

test('a service waits only for services of its topology', async (t) => {
  const { services } = await composed('--topology', '3x3');
  const awaited = [...services.values()].flatMap(({ depends_on }) => Object.keys(depends_on));
  t.deepEqual([...new Set(awaited)].sort(), ['db-sync', 'keystone', 'mysql', 'rabbitmq', 'seed']);
  t.true(awaited.every((name) => services.has(name)));
});

test('a release given as an image has no series to change', async (t) => {
  const { stdout, services } = await composed('--series', 'image:registry/heat:dev');
  t.is(services.get('node1-heat-engine')?.image, 'registry/heat:dev');
  t.notRegex(stdout, /HEAT_SERIES/);
});

test('its secrets have the required lengths, and the text of each says that it is no secret', (t) => {
  const secrets = Object.values(SecretsSchema.parse(PUBLIC_SECRETS));
  t.is(new Set(secrets).size, secrets.length);
  t.true(secrets.every((secret) => secret.startsWith('rollgate-public-')));
});

test('an unknown series or topology is reported as the caller’s mistake', async (t) => {
  t.is((await invoked(['compose', '--series', '1999.1'])).exitCode, 104);
  t.is((await invoked(['compose', '--topology', '9x9'])).exitCode, 104);
});
