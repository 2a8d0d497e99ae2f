import type { ContainerEngine } from '../../../containers/port.ts';
import { RollgateError } from '../../../errors.ts';
import { findLab, findLabs } from '../../../lab/find.ts';
import { resumeLab } from '../../../lab/pause.ts';
import { openEngine } from '../../../runs/provision.ts';
import type { CliContext } from '../../context.ts';
import { labNameOption } from '../../options/lab-name.ts';
import type { Program } from '../verb.ts';

/** `rollgate resume`: resumes a paused run. */
export function addResume(program: Program, context: CliContext): void {
  program
    .command('resume')
    .description('let a paused run go on; works from any shell')
    .addOption(labNameOption('the lab; not needed if only one is paused'))
    .action(async ({ name }) => {
      const engine = await openEngine((line) => context.stderr(line));
      const lab = name === undefined ? await pausedLab(engine) : (await findLab(engine, name)).name;
      const { next } = await resumeLab(engine, lab);
      context.stdout(`${lab} goes on: ${next ?? 'to its end'}`);
    });
}

/** @throws RollgateError `not-paused`, `which-lab`. */
async function pausedLab(engine: ContainerEngine): Promise<string> {
  const labs = (await findLabs(engine)).filter(({ paused }) => paused !== undefined);
  const [only, ...others] = labs.map(({ name }) => name);
  if (only === undefined) {
    throw new RollgateError('not-paused', 'no run is paused', {
      kind: 'usage',
      hint: 'Pause one with: rollgate run --pause-at STEP, or --pause-on failure',
    });
  }
  if (others.length === 0) return only;
  throw new RollgateError('which-lab', `${labs.length} runs are paused`, {
    kind: 'usage',
    hint: `Name the lab of one with --name: ${[only, ...others].join(', ')}`,
  });
}
