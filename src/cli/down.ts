import { openEngine } from '../gate/provision.ts';
import { LAB } from '../lab/labels.ts';
import type { Found } from '../engine/port.ts';
import type { CliContext } from './context.ts';
import { chosenLab } from './lab-name.ts';
import type { Program } from './verb.ts';

/** `rollgate down`: removes a lab, or all. */
export function addDown(program: Program, context: CliContext): void {
  program
    .command('down')
    .description('remove a lab with all that belongs to it')
    .option('--name <name>', 'the lab; not needed where there is only one')
    .option('--all', 'every lab of this container engine, whoever started it')
    .action(async ({ name, all }) => {
      const engine = await openEngine((line) => context.stderr(line));
      const labels = { [LAB]: all === true ? null : (await chosenLab(engine, name)).name };
      context.stdout(removed(await engine.sweep(labels)));
    });
}

function removed({ containers, networks, volumes }: Found): string {
  const names = new Set(
    [...containers, ...networks, ...volumes].flatMap(({ labels }) => labels[LAB] ?? []),
  );
  if (names.size === 0) return 'nothing was there';
  return `removed ${[...names].sort().join(', ')}: ${containers.length} containers, ${networks.length} networks, ${volumes.length} volumes`;
}
