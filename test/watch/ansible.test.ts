import test from 'ava';
import { ansibleEnvironment, runsPlaybook } from '../../src/watch/ansible.ts';

test('the callback plugin is added to those that are set already, once', (t) => {
  const alone = ansibleEnvironment({});
  t.regex(alone['ANSIBLE_CALLBACK_PLUGINS'] ?? '', /lab\/ansible\/callback_plugins$/);
  t.is(alone['ANSIBLE_CALLBACKS_ENABLED'], 'rollgate');
  const beside = ansibleEnvironment({
    ANSIBLE_CALLBACK_PLUGINS: '/etc/plugins',
    ANSIBLE_CALLBACKS_ENABLED: 'profile_tasks',
  });
  t.regex(beside['ANSIBLE_CALLBACK_PLUGINS'] ?? '', /callback_plugins:\/etc\/plugins$/);
  t.is(beside['ANSIBLE_CALLBACKS_ENABLED'], 'rollgate,profile_tasks');
  t.deepEqual(ansibleEnvironment(beside), beside);
});

test('a command that runs a playbook is recognized', (t) => {
  t.true(runsPlaybook('cd roll && ansible-playbook -i hosts upgrade.yml'));
  t.true(runsPlaybook('kolla-ansible upgrade'));
  t.false(runsPlaybook('./upgrade.sh'));
});
