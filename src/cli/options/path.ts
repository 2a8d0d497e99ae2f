import { Option } from '@commander-js/extra-typings';
import { prepareChain } from '../../runs/chain.ts';
import { preparePlan, type PlanRequest, type PreparedPlan } from '../../runs/prepare.ts';
import type { CliContext } from '../context.ts';

/** `--path`, in place of `--from` and `--to`. */
export function pathOption() {
  return new Option('--path <releases>', 'upgrades that follow each other in one lab: A,B,C')
    .argParser((text: string): readonly string[] => text.split(',').map((one) => one.trim()))
    .conflicts(['from', 'to']);
}

/** The plan of an upgrade, or of each of those on a path. */
export async function preparePath(
  request: PlanRequest,
  path: readonly string[] | undefined,
): Promise<readonly PreparedPlan[]> {
  return path === undefined ? [await preparePlan(request)] : prepareChain(request, path);
}

/** A seed that was drawn has to be told, for the same run again. */
export function tellSeed(
  [first]: readonly PreparedPlan[],
  context: Pick<CliContext, 'stderr'>,
): void {
  if (first?.seedDrawn !== true) return;
  const { seed } = first;
  context.stderr(`seed ${seed} was drawn; --seed ${seed} repeats it`);
}
