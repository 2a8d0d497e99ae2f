import { planJson } from '../../../plan/render/outline.ts';
import { renderPlan } from '../../../plan/render/render.ts';
import type { CliContext } from '../../context.ts';
import { pathOption, preparedHops } from '../../options/path.ts';
import { overridesOf, scenarioOptions } from '../../options/scenario/scenario.ts';
import { planningOf } from '../../options/subject.ts';
import type { Program } from '../verb.ts';

/** `rollgate plan`: the steps of a run. */
export function addPlan(program: Program, context: CliContext): void {
  scenarioOptions(program.command('plan'))
    .description('print each step that a run would take; start nothing')
    .option('--json', 'print JSON: {seed, stages: [{name, steps: [{id, name, kind, node?}]}]}')
    .addOption(pathOption())
    .action(async (scenario, options) => {
      const planning = await planningOf(options, scenario);
      const request = { scenario, overrides: overridesOf(options), ...planning };
      const hops = await preparedHops(request, options.path, context);
      const outlines = hops.map(({ plan }) => planJson(plan));
      context.stdout(
        options.json === true
          ? JSON.stringify(options.path === undefined ? outlines[0] : outlines, null, 2)
          : hops.map(({ plan }) => renderPlan(plan, { color: context.color })).join('\n\n'),
      );
    });
}
