import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { Command, OptionValues } from '@commander-js/extra-typings';
import { connectDocker } from '../../../containers/docker.ts';
import { ensureImages } from '../../../containers/images/ensure.ts';
import { saveImages } from '../../../containers/images/file/archive.ts';
import { loadFile } from '../../../containers/images/file/load.ts';
import { readInputs } from '../../../containers/images/inputs.ts';
import { withHome } from '../../../files/path.ts';
import { openFile } from '../../../files/read.ts';
import { outputPlace } from '../../../files/write.ts';
import { SUBJECT_NAMES } from '../../../subject/registry.ts';
import type { CliContext } from '../../context.ts';
import { imagesOfScenarioOption, wantedImages } from '../../options/images.ts';
import { pathArgument } from '../../options/out.ts';
import { subjectOption } from '../../options/subject.ts';

/** `rollgate images key|save|load`: images in a file, for a CI's cache. */
export function addStored<Options extends OptionValues, Globals extends OptionValues>(
  images: Command<[], Options, Globals>,
  context: CliContext,
): void {
  const named = '[series...]';
  const releases = 'releases. Default: those of the default scenario';

  images
    .command('key')
    .description('print a hash of everything that the images are built from, as the key of a cache')
    .argument(named, releases)
    .addOption(subjectOption())
    .option('--all', 'every release of the catalogue, and the image that checkpoints run in')
    .addOption(imagesOfScenarioOption())
    .action(async (series, options) => {
      const wanted = await wantedImages({ series, ...options });
      const keys = await Promise.all(wanted.map(async (one) => (await readInputs(one)).hash));
      const hash = createHash('sha256').update(keys.toSorted().join('\n'));
      context.stdout(hash.digest('hex').slice(0, 16));
    });

  images
    .command('save')
    .description('write images to a file; missing images are built first')
    .argument('<file>', 'the file to write; an existing file is replaced')
    .argument(named, releases)
    .addOption(subjectOption())
    .option('--all', 'every release of the catalogue, and the image that checkpoints run in')
    .addOption(imagesOfScenarioOption())
    .action(async (file, series, options) => {
      const path = await outputPlace(withHome(file));
      const wanted = await wantedImages({ series, ...options });
      const docker = await connectDocker();
      const { signal } = context;
      const onProgress = ({ line }: { readonly line: string }): void => context.stderr(line);
      const built = await ensureImages(docker, wanted, { signal, onProgress });
      context.stderr(`writing ${path}`);
      const { images: saved } = await saveImages(docker, built, path, signal);
      context.stdout(saved.map(({ ref, inputs }) => `${ref}  ${inputs}`).join('\n'));
    });

  images
    .command('load')
    .description('load images from a file that `images save` wrote; a damaged file is refused')
    .argument('<file>', 'the file to read', pathArgument('<file>'))
    .action(async (file) => {
      const path = resolve(withHome(file));
      // Before the engine gets a request, because its answer would hide that the file is missing.
      await (await openFile(path, { what: 'file of images' })).close();
      const known = await Promise.all(
        SUBJECT_NAMES.map((subject) => wantedImages({ series: [], all: true, subject })),
      );
      const loaded = await loadFile(await connectDocker(), path, known.flat(), context.signal);
      context.stdout(loaded.map(({ ref, state }) => `${ref}  ${STATES[state]}`).join('\n'));
    });
}

const STATES = {
  loaded: 'loaded',
  present: 'was there already',
  stale: 'left out: it was built from other files, and will be built again',
} as const;
