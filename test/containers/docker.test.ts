import test from 'ava';
import { engineAddress, isAtLeast, remoteHost } from '../../src/containers/docker.ts';

test('API versions are compared as numbers', (t) => {
  t.true(isAtLeast('1.41', '1.41'));
  t.true(isAtLeast('1.50', '1.41'));
  t.true(isAtLeast('2.0', '1.41'));
  t.false(isAtLeast('1.5', '1.41'));
  t.false(isAtLeast('1.40', '1.41'));
});

test('DOCKER_HOST gives the address of the engine', (t) => {
  t.is(engineAddress({ DOCKER_HOST: 'tcp://there:2375' }), 'tcp://there:2375');
  t.is(engineAddress({ DOCKER_HOST: 'tcp://u:secret@there:1' }), 'tcp://***@there:1');
  t.is(engineAddress({}), 'unix:///var/run/docker.sock');
});

test('an engine on another machine is distinguished from a local one', (t) => {
  const hostOf = (DOCKER_HOST: string) => remoteHost({ DOCKER_HOST });
  t.is(hostOf('tcp://there:2375'), 'there');
  t.is(hostOf('ssh://root@10.0.0.7'), '10.0.0.7');
  for (const here of ['unix:///run/docker.sock', 'tcp://localhost:2375', 'tcp://127.0.0.1:2375']) {
    t.is(hostOf(here), undefined, here);
  }
  t.is(hostOf('tcp://[::1]:2375'), undefined);
  t.is(remoteHost({}), undefined);
});
