import { Option } from '@commander-js/extra-typings';
import type { Labelled } from '../../../containers/port.ts';
import { KILLED_SETTLE_MS } from '../../../lab/find.ts';
import { LAB } from '../../../lab/labels.ts';
import { openEngine } from '../../../runs/provision.ts';
import { counted } from '../../../text/counted.ts';
import type { CliContext } from '../../context.ts';
import { chosenLab, labNameOption } from '../../options/lab-name.ts';
import type { Program } from '../verb.ts';

/** `rollgate down`: removes a lab, or all. */
export function addDown(program: Program, context: CliContext): void {
  program
    .command('down')
    .description('remove a lab with all that belongs to it')
    .addOption(labNameOption('the lab; not needed if there is only one'))
    .addOption(
      new Option(
        '--all',
        'every lab of this container engine, even those that other users started',
      ).conflicts('name'),
    )
    .action(async ({ name, all }) => {
      const engine = await openEngine((line) => context.stderr(line));
      const labels = { [LAB]: all === true ? null : (await chosenLab(engine, name)).name };
      // A lab that is still starting, or whose process was just killed, may not be complete.
      const options = all === true ? { settleMs: KILLED_SETTLE_MS } : {};
      context.stdout(removed(await engine.sweep(labels, options)));
    });
}

function removed({ containers, networks, volumes }: Labelled): string {
  const names = new Set(
    [...containers, ...networks, ...volumes].flatMap(({ labels }) => labels[LAB] ?? []),
  );
  if (names.size === 0) return 'no lab is there';
  return `removed ${[...names].sort().join(', ')}: ${counted(containers.length, 'container')}, ${counted(networks.length, 'network')}, ${counted(volumes.length, 'volume')}`;
}
