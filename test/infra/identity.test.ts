import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { execa, execaSync } from 'execa';
import { LAB_DIRECTORY } from '../../src/document/lab-files.ts';
import { ensureIdentity, type IdentityPlan } from '../../src/infra/identity.ts';
import { Keystone } from '../../src/infra/keystone.ts';
import { PUBLIC_SECRETS } from '../../src/lab/compose/public-secrets.ts';
import { heatIdentity } from '../../src/subject/heat/service/identity.ts';
import { FakeKeystone } from './fake-keystone.ts';

const LOGIN = { user: 'admin', password: 'secret', project: 'admin' };
/** Debian's first: another one in the PATH may be a slow wrapper. */
const PYTHON = ['/usr/bin/python3', 'python3'].find(
  (python) => execaSync(python, ['--version'], { reject: false }).exitCode === 0,
);

const PLAN: IdentityPlan = {
  entities: [
    { key: 'role', collection: 'roles', identity: { name: 'owner' } },
    { key: 'domain', collection: 'domains', identity: { name: 'stacks' } },
    {
      key: 'user',
      collection: 'users',
      identity: { name: 'one', domain_id: { idOf: 'domain' } },
      attributes: { password: 'secret' },
    },
  ],
  grants: [{ role: 'role', user: 'user', on: 'domain' }],
};

type CarryOut = (origin: string, plan: IdentityPlan) => Promise<void>;

const byRollgate: CarryOut = (origin, plan) =>
  ensureIdentity(new Keystone(Number(new URL(origin).port)), LOGIN, plan);

const byScript: CarryOut = async (keystone, plan) => {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'rollgate-identity-'));
  const file = join(directory.path, 'plan.json');
  await writeFile(file, JSON.stringify({ keystone, administrator: LOGIN, ...plan }));
  await execa(PYTHON ?? 'python3', [join(LAB_DIRECTORY, 'compose', 'ensure-identity.py'), file]);
};

const CARRIERS = {
  rollgate: byRollgate,
  ...(PYTHON !== undefined ? { 'ensure-identity.py': byScript } : {}),
};

for (const [name, carryOut] of Object.entries(CARRIERS)) {
  test(`${name} makes the objects of a plan, with the ids of the objects that they refer to`, async (t) => {
    const fake = new FakeKeystone();
    await using server = await fake.serve();
    await carryOut(server.origin, PLAN);
    t.deepEqual(Object.fromEntries(fake.entities), {
      'roles-1': { name: 'owner' },
      'domains-1': { name: 'stacks' },
      'users-1': { name: 'one', domain_id: 'domains-1', password: 'secret' },
    });
    t.deepEqual([...fake.grants], ['domains/domains-1/users/users-1/roles/roles-1']);
  });

  test(`${name} leaves existing objects unchanged`, async (t) => {
    const fake = new FakeKeystone();
    fake.add('roles', { name: 'other' });
    fake.add('roles', { name: 'owner', kept: 'yes' });
    await using server = await fake.serve();
    await carryOut(server.origin, PLAN);
    await carryOut(server.origin, PLAN);
    t.is(fake.entities.size, 4);
    t.deepEqual([...fake.grants], ['domains/domains-1/users/users-1/roles/roles-2']);
  });

  test(`${name} refuses a plan with a reference to an object that the plan does not make`, async (t) => {
    const fake = new FakeKeystone();
    await using server = await fake.serve();
    const grants = [{ role: 'role', user: 'nobody', on: 'domain' }];
    await t.throwsAsync(carryOut(server.origin, { ...PLAN, grants }), { message: /nobody/ });
  });

  test(`${name} carries out the plan for Heat`, async (t) => {
    const fake = new FakeKeystone();
    await using server = await fake.serve();
    await carryOut(server.origin, heatIdentity(PUBLIC_SECRETS, {}));
    const users = [...fake.entities].filter(([id]) => id.startsWith('users-'));
    t.deepEqual(users.map(([, { name, domain_id }]) => `${name}@${domain_id}`).sort(), [
      'demo-guest@default',
      'demo-reader@default',
      'demo@default',
      'heat@default',
      'heat_domain_admin@domains-1',
    ]);
    t.is(fake.grants.size, 11);
    t.is([...fake.entities.keys()].filter((id) => id.startsWith('endpoints-')).length, 6);
  });
}
