import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { legalRoll } from '../plan/explore/legal-roll.ts';
import { preparePlan, type PreparedPlan } from '../plan/prepare.ts';
import { loadCatalogue } from '../scenario/catalogue.ts';
import { scenarioInput } from '../scenario/scenario-input.ts';
import { heat } from '../subject/heat/index.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { CliContext } from './context.ts';
import { countIn } from './count-option.ts';
import { overridesOf, scenarioOptions } from './scenario-options.ts';
import { runOrKeep } from './run-prepared.ts';
import { table } from './table.ts';
import type { Program } from './verb.ts';

/** Exit status of a gate whose requirement failed. */
const FAILED = 99;

/** What one drawn roll showed. */
interface Explored {
  readonly seed: number;
  readonly outcome: Verdict['outcome'];
  readonly requestsLost: number;
  readonly stacksStuck: number;
  readonly stacksFailed: number;
  readonly stacksLost: number;
  /** Kinds of the causes that did harm, the worst first. */
  readonly causes: readonly string[];
  /** The run's folder, for `rollgate repro`. */
  readonly directory: string;
}

/** `rollgate explore`: rolls that nobody thought of. */
export function addExplore(program: Program, context: CliContext): void {
  scenarioOptions(program.command('explore'))
    .description('run random legal rolls of an upgrade; the seed draws the same ones anywhere')
    .option('--runs <n>', 'how many', '10')
    .option('--plans', 'print what would be drawn; start nothing')
    .option(
      '--out <dir>',
      'a folder for all runs, where an interrupted series goes on; one below runs/ unless told',
    )
    .option('--json', 'print what was found as JSON')
    .action(async (scenario, options) => {
      const catalogue = await loadCatalogue();
      const prepare = (input: Parameters<typeof preparePlan>[0]['scenario']) =>
        preparePlan({ scenario: input, shape: heat.shape, catalogue });
      const shared = await preparePlan({
        scenario,
        overrides: overridesOf(options),
        shape: heat.shape,
        catalogue,
      });
      const drawn: PreparedPlan[] = [];
      for (let run = 0; run < countIn('--runs', options.runs); run += 1) {
        const input = { ...scenarioInput(shared), topology: shared.topology };
        drawn.push(await legalRoll(shared.seed + run, input, prepare));
      }
      if (options.plans === true) {
        for (const { plan } of drawn) context.stdout(`${stepsOf(plan)}\n`);
        return;
      }
      const directory = resolve(options.out ?? defaultFolder());
      const found: Explored[] = [];
      for (const [index, prepared] of drawn.entries()) {
        found.push(await explore(prepared, directory, context));
        context.stderr(`run ${index + 1} of ${drawn.length}: ${lineOf(found.at(-1))}`);
        await mkdir(directory, { recursive: true });
        await writeFile(join(directory, 'explore.json'), `${JSON.stringify(found, null, 2)}\n`);
        context.signal.throwIfAborted();
      }
      context.stdout(options.json === true ? JSON.stringify(found, null, 2) : tableOf(found));
      context.stderr('rollgate repro DIR runs one again, with --shrink a smaller one');
      if (found.some(({ outcome }) => outcome !== 'passed')) context.exit(FAILED);
    });
}

async function explore(
  prepared: PreparedPlan,
  directory: string,
  context: CliContext,
): Promise<Explored> {
  const { plan, seed } = prepared;
  const folder = join(directory, `seed-${seed}`);
  context.stderr(stepsOf(plan));
  const verdict = await runOrKeep(prepared, folder, context);
  return {
    seed,
    outcome: verdict.outcome,
    requestsLost: verdict.api.failed,
    stacksStuck: verdict.stacks.stuck,
    stacksFailed: verdict.stacks.failed,
    stacksLost: verdict.stacks.lost,
    causes: harmfulKinds(verdict),
    directory: folder,
  };
}

function harmfulKinds({ causes }: Verdict): readonly string[] {
  const harmful = causes.filter(({ harm }) => harm !== 'noise' && harm !== 'log-only');
  return [...new Set(harmful.map(({ kind }) => kind))];
}

/** The drawn steps alone, without the load around them. */
function stepsOf({ seed, stages }: PreparedPlan['plan']): string {
  const own = stages.filter(({ name }) => name !== 'baseline' && name !== 'after');
  return [
    `seed ${seed}`,
    ...own.flatMap(({ steps }) => steps.map(({ id, name }) => `  ${id} ${name}`)),
  ].join('\n');
}

function lineOf(one: Explored | undefined): string {
  if (one === undefined) return '';
  return `seed ${one.seed} ${one.outcome}${one.causes.length === 0 ? '' : `: ${one.causes.join(', ')}`}`;
}

function tableOf(found: readonly Explored[]): string {
  return table([
    ['seed', 'outcome', 'requests lost', 'stuck', 'failed', 'lost', 'causes'],
    ...found.map((one) => [
      String(one.seed),
      one.outcome,
      String(one.requestsLost),
      String(one.stacksStuck),
      String(one.stacksFailed),
      String(one.stacksLost),
      one.causes.join(', ') || '-',
    ]),
  ]);
}

function defaultFolder(): string {
  return join('runs', `explore-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}`);
}
