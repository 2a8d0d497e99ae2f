import { readdir, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { connectDocker } from '../../../containers/docker.ts';
import { ensureImages } from '../../../containers/images/ensure.ts';
import { subjectImage } from '../../../containers/images/recipe.ts';
import { exportTree } from '../../../containers/source/export-tree.ts';
import { RollgateError } from '../../../errors.ts';
import { makeFolder } from '../../../files/folder.ts';
import { defaultSubject, loadReleases } from '../../../subject/registry.ts';
import { shortened } from '../../../text/shortened.ts';
import type { CliContext } from '../../context.ts';
import { pathArgument } from '../../options/out.ts';
import type { Program } from '../verb.ts';

/** A Python module; dots would separate parts of a path. */
const PACKAGE = /^[A-Za-z_]\w*$/;

/**
 * `rollgate source`: exports a release's own source, which can be changed and laid over a release
 * again.
 */
export function addSource(program: Program, context: CliContext): void {
  program
    .command('source')
    .description('get a release’s own source, for dir:PATH and --with')
    .command('export')
    .description('write a release’s own source as a git tree')
    .argument('<dir>', 'the folder to write; it must be new or empty', pathArgument('<dir>'))
    .option('--series <release>', 'the release. Default: the newest')
    .option(
      '--package <name>',
      'a Python package of the image, by import name',
      defaultSubject.shape.name,
    )
    .action(async (dir, options) => {
      const folder = resolve(dir);
      const catalogue = await loadReleases();
      const series = options.series ?? catalogue.series.at(-1) ?? '';
      const recipe = subjectImage(defaultSubject.imageRecipe, series, catalogue);
      const { package: name } = options;
      if (!PACKAGE.test(name)) {
        throw new RollgateError(
          'invalid-option',
          `--package: ${JSON.stringify(shortened(name))} is no name that Python imports`,
          { kind: 'usage', hint: 'For example: --package oslo_messaging' },
        );
      }
      // Before the engine is used, because the user has to fix such a folder in any case.
      const made = await makeEmpty(folder);
      try {
        const docker = await connectDocker();
        await ensureImages(docker, [recipe], {
          signal: context.signal,
          onProgress: ({ line }) => context.stderr(line),
        });
        const version = await exportTree(docker, { image: recipe.ref, name, folder });
        context.stdout(`${name} ${version} of ${series} is in ${folder}`);
      } catch (error) {
        if (made !== undefined) await rm(made, { recursive: true });
        throw error;
      }
    });
}

/**
 * @returns The uppermost folder that was made; undefined if the folder existed.
 * @throws RollgateError `folder-not-empty`.
 */
async function makeEmpty(folder: string): Promise<string | undefined> {
  const made = await makeFolder(folder);
  if ((await readdir(folder)).length === 0) return made;
  throw new RollgateError('folder-not-empty', `${folder} is not empty`, {
    kind: 'usage',
    hint: 'Name a folder that is not there yet.',
  });
}
