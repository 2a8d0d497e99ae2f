import { ansibleInventory } from '../../../lab/inventory.ts';
import { openEngine } from '../../../runs/provision.ts';
import type { CliContext } from '../../context.ts';
import { chosenLab, labNameOption } from '../../options/lab-name.ts';
import type { Program } from '../verb.ts';

/** `rollgate inventory`: a lab's services as Ansible's hosts. */
export function addInventory(program: Program, context: CliContext): void {
  program
    .command('inventory')
    .description('print a lab as Ansible’s dynamic inventory; lab/ansible/inventory calls it')
    .addOption(labNameOption('the lab. Default: ROLLGATE_LAB, or the only one'))
    .option('--list', 'all hosts, as Ansible asks for them; the default')
    .option('--host <host>', 'the variables of one host')
    .action(async ({ name, host }) => {
      const engine = await openEngine((line) => context.stderr(line));
      const lab = await chosenLab(engine, name ?? context.env['ROLLGATE_LAB']);
      const inventory = ansibleInventory(lab);
      const { _meta: variables } = inventory;
      const { hostvars } = variables;
      const ofHost = host !== undefined && Object.hasOwn(hostvars, host) ? hostvars[host] : {};
      const shown = host === undefined ? inventory : ofHost;
      context.stdout(JSON.stringify(shown, null, 2));
    });
}
