import { connectDocker } from '../../../containers/docker.ts';
import { ensureImages } from '../../../containers/images/ensure.ts';
import type { BuiltImage } from '../../../containers/images/labels.ts';
import { listImages } from '../../../containers/images/list.ts';
import type { CliContext } from '../../context.ts';
import { imagesOfScenarioOption, wantedImages } from '../../options/images.ts';
import { subjectOption } from '../../options/subject.ts';
import { table } from '../../table.ts';
import type { Program } from '../verb.ts';
import { addStored } from './images-file.ts';

/** `rollgate images`: the images of labs. */
export function addImages(program: Program, context: CliContext): void {
  const images = program
    .command('images')
    .description('build, list, save and load the images of releases and infrastructure');

  images
    .command('build')
    .description('build the images that are missing or out of date')
    .argument('[series...]', 'releases. Default: those of the default scenario')
    .addOption(subjectOption())
    .option('--all', 'every release of the catalogue, and the image that checkpoints run in')
    .addOption(imagesOfScenarioOption())
    .option('--refresh', 'rebuild them all with newly fetched packages')
    .action(async (series, { refresh = false, ...options }) => {
      const wanted = await wantedImages({ series, ...options });
      const built = await ensureImages(await connectDocker(), wanted, {
        refresh,
        signal: context.signal,
        onProgress: ({ line }) => context.stderr(line),
      });
      context.stdout(formatImages(built));
    });

  images
    .command('list')
    .description('list the images on this machine, with the version found in each')
    .option('--json', 'print JSON: an array of {series, service, version, image, built}')
    .action(async ({ json = false }) => {
      const all = await listImages(await connectDocker());
      const found = all.filter(({ service }) => service !== 'base');
      if (json) context.stdout(JSON.stringify(found.map(imageJson), null, 2));
      else if (found.length > 0) context.stdout(formatImages(found));
      else context.stderr('there are no images yet; `rollgate images build` builds them');
    });

  addStored(images, context);
}

/** The published form of an image: infrastructure has no series. */
export function imageJson({ series, service, version, ref, built }: BuiltImage): {
  readonly series: string | null;
  readonly service: string;
  readonly version: string;
  readonly image: string;
  readonly built: string;
} {
  return { series: series ?? null, service, version, image: ref, built };
}

/** A table with one line per image. */
export function formatImages(images: readonly BuiltImage[]): string {
  return table([
    ['IMAGE', 'VERSION', 'PACKAGE', 'SUITE', 'BUILT'],
    ...images.map(({ ref, version, package: debian, suite, built }) => [
      ref,
      version,
      debian,
      suite,
      built.slice(0, 16).replace('T', ' '),
    ]),
  ]);
}
