import { basename, join, resolve } from 'node:path';
import { writeBundle } from '../../../runs/bundle/write.ts';
import { SCENARIO_FILE } from '../../../runs/folder.ts';
import { preparePlan } from '../../../runs/prepare.ts';
import { defaultSubject, loadReleases } from '../../../subject/registry.ts';
import type { CliContext } from '../../context.ts';
import type { Program } from '../verb.ts';

/** `rollgate bundle`: a run's folder as one file for somebody else. */
export function addBundle(program: Program, context: CliContext): void {
  program
    .command('bundle')
    .description('pack a run folder, with the source that it ran, for `rollgate repro` elsewhere')
    .argument('<dir>', 'a run folder')
    .option('--out <file>', 'the file; the folder’s name with .tar.gz unless told')
    .action(async (directory, { out }) => {
      const { plan } = await preparePlan({
        scenario: join(directory, SCENARIO_FILE),
        shape: defaultSubject.shape,
        catalogue: await loadReleases(),
      });
      const file = resolve(out ?? `${basename(resolve(directory))}.tar.gz`);
      await writeBundle({ directory, plan, file });
      context.stdout(file);
    });
}
