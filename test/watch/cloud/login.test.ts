import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { endpointOf } from '../../../src/watch/cloud/catalogue.ts';
import { readCloud } from '../../../src/watch/cloud/clouds-file.ts';
import { loginFrom, loginValues } from '../../../src/watch/cloud/login.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const USER = {
  OS_AUTH_URL: 'https://cloud.example:5000/v3/',
  OS_USERNAME: 'ci',
  OS_PASSWORD: 'secret',
  OS_PROJECT_NAME: 'gate',
  OS_USER_DOMAIN_NAME: 'Users',
};
const OPTIONS = { where: 'OS_* variables', serviceType: 'orchestration' };

test('the OS_* variables are a user’s password for a project', async (t) => {
  const login = await loginFrom(loginValues(USER), OPTIONS);
  t.is(login.authUrl, 'https://cloud.example:5000');
  t.is(login.name, 'cloud.example:5000');
  t.deepEqual(login.identity, {
    methods: ['password'],
    password: { user: { name: 'ci', domain: { name: 'Users' }, password: 'secret' } },
  });
  t.deepEqual(login.scope, { project: { name: 'gate', domain: { id: 'default' } } });
  t.is(login.interface, 'public');
});

test('a missing value is named, with the remedy', async (t) => {
  const error = await t.throwsAsync(
    loginFrom(loginValues({ ...USER, OS_PASSWORD: undefined }), OPTIONS),
  );
  t.like(error, { code: 'cloud-login', message: 'OS_* variables: password is missing' });
});

test('an application credential includes its project', async (t) => {
  const login = await loginFrom(
    loginValues({
      OS_AUTH_URL: 'http://cloud.example/identity/v3',
      OS_APPLICATION_CREDENTIAL_ID: 'abc',
      OS_APPLICATION_CREDENTIAL_SECRET: 'secret',
    }),
    OPTIONS,
  );
  t.is(login.authUrl, 'http://cloud.example/identity');
  t.is(login.scope, undefined);
  t.deepEqual(login.identity, {
    methods: ['application_credential'],
    application_credential: { id: 'abc', secret: 'secret' },
  });
});

test('a cloud in clouds.yaml takes its password from secure.yaml', async (t) => {
  const folder = temporaryFolder();
  const file = join(folder, 'clouds.yaml');
  writeFileSync(
    file,
    'clouds:\n  staging:\n    region_name: RegionTwo\n    verify: false\n    auth:\n' +
      '      auth_url: https://cloud.example/v3\n      username: ci\n      project_name: gate\n',
  );
  writeFileSync(
    join(folder, 'secure.yaml'),
    'clouds:\n  staging:\n    auth:\n      password: secret\n',
  );
  const { values } = await readCloud('staging', { OS_CLIENT_CONFIG_FILE: file });
  const login = await loginFrom(values, { ...OPTIONS, name: 'staging', where: file });
  t.like(login, { name: 'staging', region: 'RegionTwo', tls: { rejectUnauthorized: false } });
  const error = await t.throwsAsync(readCloud('stagin', { OS_CLIENT_CONFIG_FILE: file }));
  t.like(error, {
    code: 'unknown-cloud',
    message: 'there is no cloud "stagin" (did you mean staging?)',
  });
});

test('a file that is not a clouds.yaml is refused with its place', async (t) => {
  const file = join(temporaryFolder(), 'clouds.yaml');
  writeFileSync(file, 'cloud: []\n');
  const error = await t.throwsAsync(readCloud('staging', { OS_CLIENT_CONFIG_FILE: file }));
  t.like(error, { code: 'invalid-clouds-file', place: { file } });
});

const CATALOGUE = [
  {
    type: 'orchestration',
    endpoints: [
      { interface: 'public', region: 'RegionOne', url: 'http://cloud.example/heat-api/v1/p1' },
      { interface: 'admin', region: 'RegionOne', url: 'http://10.0.0.1:8004/v1/p1' },
    ],
  },
];
const HEAT = { type: 'orchestration', apiPath: '/v1/p1' };

test('the service is at the catalogue’s address, also below a path', async (t) => {
  const login = await loginFrom(loginValues(USER), OPTIONS);
  const found = endpointOf(login, { catalogue: CATALOGUE }, HEAT);
  t.like(found, { origin: 'http://cloud.example', path: '/heat-api' });
  const inside = { ...login, interface: 'admin' };
  t.like(endpointOf(inside, { catalogue: CATALOGUE }, HEAT), {
    origin: 'http://10.0.0.1:8004',
    path: '',
  });
});

test('a region without the service is refused, and the regions that have it are listed', async (t) => {
  const login = await loginFrom(loginValues({ ...USER, OS_REGION_NAME: 'RegionTwo' }), OPTIONS);
  const error = t.throws(() => endpointOf(login, { catalogue: CATALOGUE }, HEAT));
  t.like(error, { code: 'no-endpoint' });
  t.regex(error instanceof Error ? error.message : '', /no public endpoint .* in RegionTwo/);
});
