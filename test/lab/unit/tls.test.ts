import { access, readFile } from 'node:fs/promises';
import test from 'ava';
import type { ContainerSpec } from '../../../src/containers/port.ts';
import { drawSecrets } from '../../../src/infra/secrets.ts';
import { writeAuthorityFile } from '../../../src/lab/authority-file.ts';
import { Deployment } from '../../../src/lab/deployment/deployment.ts';
import { resolveTopology } from '../../../src/scenario/topology/resolve-topology.ts';
import { heat } from '../../../src/subject/heat/index.ts';
import { FakeContainerEngine } from '../../containers/fake-container-engine.ts';

const NODES = [{ name: 'node1', services: ['heat-api', 'heat-engine'] }];
const RELEASE = {
  series: '2026.1',
  version: '26.0.1',
  image: 'rollgate/heat:2026.1',
} as const;

/** A lab in an engine that knows ports and files, and remembers what was started. */
async function found(tls: boolean) {
  const started: Pick<ContainerSpec, 'volumes'>[] = [];
  const engine = Object.assign(new FakeContainerEngine(), {
    port: async (_: string, port: number) => 40_000 + port,
    readFile: async (name: string, path: string) => `${name} ${path}`,
    start: async (spec: ContainerSpec) => {
      started.push(spec);
      return { name: spec.name, id: 'id', ports: new Map<number, number>() };
    },
  });
  const topology = resolveTopology({ name: 't', nodes: NODES, tls }, heat.shape);
  const name = `tls-${tls}`;
  const options = { engine, subject: heat, name, owner: 'me', topology, secrets: drawSecrets() };
  const lab = new Deployment(options);
  await lab.findPorts();
  return { lab, started };
}

test('a lab with TLS has addresses with https, and its authority is that of its HAProxy', async (t) => {
  const { lab, started } = await found(true);
  t.is(lab.endpoint('heat-api'), 'https://127.0.0.1:48004');
  const ca = 'rollgate-tls-true-haproxy /run/haproxy/tls/authority.pem';
  t.deepEqual(lab.tls, { ca });
  t.deepEqual(lab.with({}).tls, { ca });
  const [instance] = lab.instances;
  if (instance === undefined) return t.fail();
  await lab.startService(instance, RELEASE, { vhost: 'heat', side: 'base' });
  t.deepEqual(started[0]?.volumes, [{ name: 'rollgate-tls-true-tls', path: '/run/haproxy' }]);
});

test('the file with the authority is gone with the lab', async (t) => {
  const { lab } = await found(true);
  const certificate = lab.tls?.ca ?? 'none';
  const path = await writeAuthorityFile(lab.name, certificate);
  t.is(await readFile(path, 'utf8'), certificate);
  await lab.down();
  await t.throwsAsync(access(path), { code: 'ENOENT' });
});

test('a lab without TLS has none of this', async (t) => {
  const { lab, started } = await found(false);
  t.is(lab.endpoint('heat-api'), 'http://127.0.0.1:48004');
  t.is(lab.tls, undefined);
  const [instance] = lab.instances;
  if (instance === undefined) return t.fail();
  await lab.startService(instance, RELEASE, { vhost: 'heat', side: 'base' });
  t.deepEqual(started[0]?.volumes, []);
});
