import { delimiter, join } from 'node:path';
import { LAB_DIRECTORY } from '../document/lab-files.ts';

const PLUGINS = join(LAB_DIRECTORY, 'ansible', 'callback_plugins');
/** The plugin's name. */
const PLUGIN = 'rollgate';

/**
 * The variables with which `ansible-playbook` marks each task of a playbook, in addition to what is
 * set already. They replace the same keys of an `ansible.cfg`.
 */
export function ansibleEnvironment(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const { ANSIBLE_CALLBACK_PLUGINS: plugins, ANSIBLE_CALLBACKS_ENABLED: enabled } = env;
  return {
    ANSIBLE_CALLBACK_PLUGINS: withOwn(PLUGINS, plugins, delimiter),
    ANSIBLE_CALLBACKS_ENABLED: withOwn(PLUGIN, enabled, ','),
  };
}

function withOwn(own: string, others: string | undefined, separator: string): string {
  const there = (others ?? '').split(separator).filter((one) => one !== '');
  return there.includes(own) ? there.join(separator) : [own, ...there].join(separator);
}

/** Whether a command seems to run a playbook. */
export function runsPlaybook(command: string): boolean {
  return /\b(ansible-playbook|kolla-ansible|openstack-ansible)\b/.test(command);
}
