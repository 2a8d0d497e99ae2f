import test from 'ava';
import { placesIn } from '../../../src/watch/discovery/places.ts';

const HEAT = { service: 'orchestration', origin: 'https://cloud.example', path: '/heat-api' };
const OPTIONS = {
  services: ['orchestration', 'cloudformation'],
  apiPath: '/v1/p',
  watched: HEAT,
};
const endpoint = (face: string, url: string, region = 'one') => ({ interface: face, url, region });
const CATALOGUE = [
  {
    type: 'orchestration',
    endpoints: [
      endpoint('internal', 'http://10.0.0.1:8004/v1/p'),
      endpoint('public', 'https://cloud.example/heat-api/v1/p'),
      endpoint('admin', 'https://cloud.example/heat-api/v1/p'),
      endpoint('public', 'https://two.example/v1/p', 'two'),
      endpoint('public', 'not an address'),
    ],
  },
  { type: 'cloudformation', endpoints: [endpoint('public', 'https://cloud.example/cfn/v1')] },
  { type: 'image', endpoints: [endpoint('public', 'https://cloud.example/image')] },
];
const LOGIN = { authUrl: 'https://cloud.example/identity', region: undefined, endpoint: undefined };

test('each address of the watched region is found once, the watched one first, and Keystone last', (t) => {
  const places = placesIn(LOGIN, { catalogue: CATALOGUE }, OPTIONS);
  t.deepEqual(
    places.map(({ service, origin, path, interfaces }) => [
      service,
      `${origin}${path}`,
      interfaces.join(),
    ]),
    [
      ['orchestration', 'https://cloud.example/heat-api', 'public,admin'],
      ['orchestration', 'http://10.0.0.1:8004', 'internal'],
      ['cloudformation', 'https://cloud.example/cfn', 'public'],
      ['identity', 'https://cloud.example/identity', 'login'],
    ],
  );
});

test('an address that the user gave is watched, beside those of the catalogue', (t) => {
  const watched = { service: 'orchestration', origin: 'http://127.0.0.1:1', path: '' };
  const login = { ...LOGIN, region: 'two', endpoint: 'http://127.0.0.1:1' };
  const places = placesIn(login, { catalogue: CATALOGUE }, { ...OPTIONS, watched });
  t.deepEqual(
    places.map(({ origin, interfaces }) => [origin, interfaces.join()]),
    [
      ['http://127.0.0.1:1', 'override'],
      ['https://two.example', 'public'],
      ['https://cloud.example', 'login'],
    ],
  );
});
