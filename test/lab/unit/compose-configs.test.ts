import test from 'ava';
import { ComposeConfigs } from '../../../src/lab/compose/configs.ts';

test('a file that several services have is written once', (t) => {
  const configs = new ComposeConfigs();
  const file = { path: '/etc/heat/heat.conf', content: 'a' };
  t.deepEqual(configs.mount('heat', [file]), configs.mount('heat', [file]));
  t.deepEqual(configs.all, { 'heat.conf': { content: 'a' } });
});

test('files with one name and different contents are named after their owner', (t) => {
  const configs = new ComposeConfigs();
  configs.mount('heat', [{ path: '/etc/heat/policy.yaml', content: 'a' }]);
  const mounts = configs.mount('keystone', [{ path: '/etc/keystone/policy.yaml', content: 'b' }]);
  t.deepEqual(mounts, [{ source: 'keystone-policy.yaml', target: '/etc/keystone/policy.yaml' }]);
  t.deepEqual(configs.all, {
    'policy.yaml': { content: 'a' },
    'keystone-policy.yaml': { content: 'b' },
  });
});
