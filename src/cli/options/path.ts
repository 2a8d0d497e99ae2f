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

/**
 * The plan of an upgrade, or of each upgrade on a path, with the values that the scenario left open
 * printed.
 */
export async function preparedHops(
  request: PlanRequest,
  path: readonly string[] | undefined,
  context: Pick<CliContext, 'stderr'>,
): Promise<readonly PreparedPlan[]> {
  const hops =
    path === undefined ? [await preparePlan(request)] : await prepareChain(request, path);
  printDefaults(hops, context);
  return hops;
}

/**
 * Prints the values that a scenario left open: a drawn seed, and the tag that is required by
 * default.
 */
function printDefaults(
  [first]: readonly PreparedPlan[],
  context: Pick<CliContext, 'stderr'>,
): void {
  if (first === undefined) return;
  const { seed, seedDrawn, requireIsDefault, plan } = first;
  if (seedDrawn) context.stderr(`seed ${seed} was drawn; --seed ${seed} repeats it`);
  if (requireIsDefault) {
    context.stderr(
      `the scenario requires nothing by name, so ${plan.require.join(', ')} must be proven; --require TAG, or \`require: [TAG]\` in the scenario, asks for another`,
    );
  }
}
