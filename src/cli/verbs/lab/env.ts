import { outsideEnvironment, type Variables } from '../../../run/checkpoints/environment.ts';
import { shellQuoted } from '../../../text/shell-quoted.ts';
import type { CliContext } from '../../context.ts';
import { labNameOption } from '../../options/lab-name.ts';
import type { Program } from '../verb.ts';
import { attached } from './attached.ts';

/**
 * Variables that would make a client use another cloud or login, or that it would prefer to these.
 */
const IN_THE_WAY = [
  'OS_CLOUD',
  'OS_TOKEN',
  'OS_AUTH_TYPE',
  'OS_CACERT',
  'OS_DOMAIN_ID',
  'OS_DOMAIN_NAME',
  'OS_PROJECT_DOMAIN_NAME',
  'OS_PROJECT_ID',
  'OS_SYSTEM_SCOPE',
  'OS_TENANT_ID',
  'OS_TENANT_NAME',
  'OS_TRUST_ID',
  'OS_USER_DOMAIN_NAME',
  'OS_USER_ID',
];

/** `rollgate env`: the variables for the user's own `openstack` client. */
export function addEnv(program: Program, context: CliContext): void {
  program
    .command('env')
    .description(
      'print a lab’s login as OS_* variables for your own client: eval "$(rollgate env)"',
    )
    .addOption(labNameOption('the lab; not needed if there is only one'))
    .option('--admin', 'the administrator’s login. Default: the login of the load’s user')
    .option('--json', 'print JSON: an object of variables instead of shell commands')
    .action(async ({ name, admin, json }) => {
      const lab = await attached(name, context);
      const as = admin === true ? 'administrator' : 'user';
      const { environment } = await outsideEnvironment(lab, as);
      context.stdout(
        json === true ? JSON.stringify(environment, null, 2) : renderExports(environment),
      );
    });
}

/** Commands of a POSIX shell. */
export function renderExports(environment: Variables): string {
  return [
    `unset ${IN_THE_WAY.join(' ')}`,
    ...Object.entries(environment).map(([name, value]) => `export ${name}=${shellQuoted(value)}`),
  ].join('\n');
}
