import { openEngine } from '../../../runs/provision.ts';
import type { CliContext } from '../../context.ts';
import { chosenLab, labNameOption } from '../../options/lab-name.ts';
import type { Program } from '../verb.ts';
import { chosenContainer } from './containers-named.ts';

/** `rollgate exec`: a command in a container. */
export function addExec(program: Program, context: CliContext): void {
  program
    .command('exec')
    .description('run a command in a container of a lab, and end with its exit status')
    .argument('<service>', 'e.g. node1/heat-engine, mysql; a node alone means its engine')
    .argument('<command...>', 'put -- before a command that has options of its own')
    .addOption(labNameOption('the lab; not needed if there is only one'))
    .option('--user <user>', 'as another user of the container, e.g. root')
    .action(async (service, command, { name, user }) => {
      const engine = await openEngine((line) => context.stderr(line));
      const lab = await chosenLab(engine, name);
      const container = chosenContainer(lab, service);
      const { exitCode } = await engine.exec(container.name, command, {
        signal: context.signal,
        onLines: (lines, stream) => context[stream](lines),
        ...(user === undefined ? {} : { user }),
      });
      context.exit(exitCode);
    });
}
