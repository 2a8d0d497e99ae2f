import test from 'ava';
import { engineAddress, isAtLeast } from '../../src/engine/docker.ts';

test('API versions are compared as numbers', (t) => {
  t.true(isAtLeast('1.41', '1.41'));
  t.true(isAtLeast('1.50', '1.41'));
  t.true(isAtLeast('2.0', '1.41'));
  t.false(isAtLeast('1.5', '1.41'));
  t.false(isAtLeast('1.40', '1.41'));
});

test('DOCKER_HOST says where the engine is', (t) => {
  t.is(engineAddress({ DOCKER_HOST: 'tcp://there:2375' }), 'tcp://there:2375');
  t.is(engineAddress({}), 'unix:///var/run/docker.sock');
});
