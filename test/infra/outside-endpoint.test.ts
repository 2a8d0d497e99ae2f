import test from 'ava';
import { Keystone } from '../../src/infra/keystone.ts';
import { publishOutside } from '../../src/infra/outside-endpoint.ts';
import { FakeKeystone } from './fake-keystone.ts';

const login = { user: 'admin', password: 'secret', project: 'admin' };
const outside = { type: 'orchestration', url: 'http://127.0.0.1:1234/v1/%(tenant_id)s' };

test('only the address that no lab container uses leads out of the lab', async (t) => {
  const fake = new FakeKeystone();
  const service_id = fake.add('services', { type: 'orchestration' });
  const url = 'http://haproxy:8004/v1/%(tenant_id)s';
  const faces = ['public', 'internal', 'admin'];
  const ids = faces.map((face) => fake.add('endpoints', { service_id, interface: face, url }));
  await using server = await fake.serve();
  const keystone = new Keystone(Number(new URL(server.origin).port));
  await publishOutside(keystone, login, outside);
  t.deepEqual(
    ids.map((id) => fake.entities.get(id)?.['url']),
    [url, url, outside.url],
  );
});

test('a service that the catalogue does not have is an error', async (t) => {
  await using server = await new FakeKeystone().serve();
  const keystone = new Keystone(Number(new URL(server.origin).port));
  await t.throwsAsync(publishOutside(keystone, login, outside), {
    code: 'keystone-refused',
    message: 'the catalogue has no orchestration',
  });
});
