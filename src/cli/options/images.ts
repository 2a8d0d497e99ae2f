import { Option } from '@commander-js/extra-typings';
import { imagesFor } from '../../containers/images/ensure.ts';
import { tempestImage, upgradeImages, type ImageRecipe } from '../../containers/images/recipe.ts';
import { RollgateError } from '../../errors.ts';
import { needsClient } from '../../plan/checkpoints/needs-client.ts';
import { preparePlan } from '../../runs/prepare.ts';
import { seriesOf } from '../../runs/provision.ts';
import { planningFor } from '../../subject/registry.ts';
import { chosenSubject } from './subject.ts';

/** The values of the options that select images. */
export interface ImageOptions {
  readonly series: readonly string[];
  readonly all?: boolean | undefined;
  readonly subject?: string | undefined;
  readonly scenario?: string | undefined;
}

export const imagesOfScenarioOption = () =>
  new Option(
    '--scenario <file>',
    'only the images that this scenario needs: a name in lab/scenarios or the path of a YAML file',
  ).conflicts('all');

/**
 * The recipes of the selected images. Default: those of the default scenario.
 *
 * @throws RollgateError `unknown-series`, `invalid-scenario`, `invalid-option`.
 */
export async function wantedImages({
  series,
  all = false,
  scenario,
  subject,
}: ImageOptions): Promise<readonly ImageRecipe[]> {
  const chosen = await chosenSubject({ subject }, scenario);
  const planning = await planningFor(chosen);
  const { catalogue } = planning;
  const { imageRecipe } = chosen;
  if (scenario !== undefined) {
    if (series.length > 0) throw bothNamed();
    const { plan } = await preparePlan({ scenario, ...planning });
    const named = seriesOf([plan.base, plan.target], plan.overlays);
    return [
      ...imagesFor(imageRecipe, named, catalogue),
      ...plan.infrastructure.flatMap((one) => upgradeImages(one, catalogue)),
      ...(needsClient(plan) ? [tempestImage(catalogue)] : []),
    ];
  }
  const { base, target } = catalogue.default;
  const named = series.length > 0 ? series : [base, target];
  return [
    ...imagesFor(imageRecipe, all ? catalogue.series : named, catalogue),
    ...(all ? [tempestImage(catalogue)] : []),
  ];
}

function bothNamed(): RollgateError {
  return new RollgateError('invalid-option', '--scenario and series exclude each other', {
    kind: 'usage',
    hint: 'Name the series, or the scenario that has them.',
  });
}
