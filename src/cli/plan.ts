import { planJson } from '../plan/outline.ts';
import { preparePlan } from '../plan/prepare.ts';
import { renderPlan } from '../plan/render.ts';
import { loadCatalogue } from '../scenario/catalogue.ts';
import { heatShape } from '../subject/heat/shape.ts';
import type { CliContext } from './context.ts';
import { overridesOf, scenarioOptions } from './scenario-options.ts';
import type { Program } from './verb.ts';

/** `rollgate plan`: what a run would do. */
export function addPlan(program: Program, context: CliContext): void {
  scenarioOptions(program.command('plan'))
    .description('print what a run would do, step by step; start nothing')
    .option('--json', 'as JSON: {seed, stages: [{name, steps: [{id, name, kind, node?}]}]}')
    .action(async (scenario, options) => {
      const { plan, seedDrawn } = await preparePlan({
        scenario,
        overrides: overridesOf(options),
        shape: heatShape,
        catalogue: await loadCatalogue(),
      });
      if (seedDrawn) context.stderr(`seed ${plan.seed} was drawn; --seed ${plan.seed} repeats it`);
      context.stdout(
        options.json === true
          ? JSON.stringify(planJson(plan), null, 2)
          : renderPlan(plan, { color: context.color }),
      );
    });
}
