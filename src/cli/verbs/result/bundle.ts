import { basename, dirname, resolve } from 'node:path';
import { readRun } from '../../../events/codec.ts';
import { kindAt } from '../../../files/path.ts';
import { outputPlace } from '../../../files/write.ts';
import { writeBundle } from '../../../runs/bundle/write.ts';
import { savedScenario } from '../../../runs/folder/reproduction.ts';
import { preparePlan } from '../../../runs/prepare.ts';
import { defaultSubject, loadReleases } from '../../../subject/registry.ts';
import type { CliContext } from '../../context.ts';
import { outOption, pathArgument } from '../../options/out.ts';
import type { Program } from '../verb.ts';

/** `rollgate bundle`: a run's folder as one file, for another machine. */
export function addBundle(program: Program, context: CliContext): void {
  program
    .command('bundle')
    .description(
      'pack a run folder and the source that it ran into one file, for `rollgate repro` elsewhere',
    )
    .argument('<dir>', 'a run folder', pathArgument('<dir>'))
    .addOption(
      outOption('--out <file>', 'the file to write. Default: the folder’s name with .tar.gz'),
    )
    .action(async (directory, { out }) => {
      const file = resolve(out ?? `${basename(resolve(directory))}.tar.gz`);
      if (kindAt(dirname(file)) === 'folder') await outputPlace(file);
      // A folder without a run has no scenario either, so it is the wrong folder.
      await readRun(directory);
      const { plan } = await preparePlan({
        scenario: await savedScenario(directory),
        shape: defaultSubject.shape,
        catalogue: await loadReleases(),
      });
      await writeBundle({ directory, plan, file, signal: context.signal });
      context.stdout(file);
    });
}
