import { Option } from '@commander-js/extra-typings';
import { prepareChain } from '../../runs/chain.ts';
import { preparePlan, type PlanRequest, type PreparedPlan } from '../../runs/prepare.ts';
import type { CliContext } from '../context.ts';

/** `--path`, in place of `--from` and `--to`. */
export function pathOption() {
  return new Option(
    '--path <releases>',
    'upgrade one lab several times: A,B,C goes from A to B, then from B to C',
  )
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

/** Prints a seed that was drawn, so that the run can be repeated. */
export function tellSeed(
  [first]: readonly PreparedPlan[],
  context: Pick<CliContext, 'stderr'>,
): void {
  if (first?.seedDrawn !== true) return;
  const { seed } = first;
  context.stderr(`seed ${seed} was drawn; --seed ${seed} repeats it`);
}
