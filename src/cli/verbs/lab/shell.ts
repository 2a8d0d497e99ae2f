import { isTerminal } from '../../../containers/streams/interact.ts';
import { openEngine } from '../../../runs/provision.ts';
import type { CliContext } from '../../context.ts';
import { chosenLab, labNameOption } from '../../options/lab-name.ts';
import type { Program } from '../verb.ts';
import { chosenContainer, commandLineName } from './containers-named.ts';

/** The friendlier shell if it is available. */
const SHELL = ['sh', '-c', 'if command -v bash >/dev/null; then exec bash; else exec sh; fi'];

/** `rollgate shell`: a shell in a container. */
export function addShell(program: Program, context: CliContext): void {
  program
    .command('shell')
    .description(
      'open a shell in a container of a lab; without a terminal it reads commands from standard input',
    )
    .argument('<service>', 'e.g. node1/heat-api, mysql; a node alone means its engine')
    .addOption(labNameOption('the lab; not needed if there is only one'))
    .option('--user <user>', 'as another user of the container, e.g. root')
    .action(async (service, { name, user }) => {
      const engine = await openEngine((line) => context.stderr(line));
      const lab = await chosenLab(engine, name);
      const container = chosenContainer(lab, service);
      const { streams, signal } = context;
      if (isTerminal(streams)) context.stderr(`${lab.name}: ${commandLineName(container)}`);
      context.exit(await engine.interact(container.name, SHELL, { streams, user, signal }));
    });
}
