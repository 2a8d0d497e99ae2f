import { join, resolve } from 'node:path';
import { Option } from '@commander-js/extra-typings';
import { RollgateError } from '../../../errors.ts';
import { readRun } from '../../../events/codec.ts';
import { EXIT } from '../../../exit.ts';
import { makeFolder } from '../../../files/folder.ts';
import { replaceFile } from '../../../files/write.ts';
import { legalRoll } from '../../../hunts/explore/legal-roll.ts';
import { unmetMeetings } from '../../../hunts/explore/unmet.ts';
import { planJson } from '../../../plan/render/outline.ts';
import { prepareHops } from '../../../runs/chain.ts';
import { preparePlan, type PlanRequest, type PreparedPlan } from '../../../runs/prepare.ts';
import { describeMeeting, type Meeting } from '../../../scenario/topology/meeting.ts';
import { scenarioInput } from '../../../scenario/write-scenario.ts';
import { judge } from '../../../verdict/judge.ts';
import type { Verdict } from '../../../verdict/schema/verdict.ts';
import type { CliContext } from '../../context.ts';
import { countIn } from '../../options/count.ts';
import { notTaken, outOption } from '../../options/out.ts';
import { pathOption } from '../../options/path.ts';
import {
  overridesOf,
  scenarioOptions,
  type ScenarioOptions,
} from '../../options/scenario/scenario.ts';
import { planningOf } from '../../options/subject.ts';
import { table } from '../../table.ts';
import { runHopsOrKeep } from '../run/run-prepared.ts';
import type { Program } from '../verb.ts';
import { findOrder } from './find-order.ts';
import { rollInLines, seriesFolder } from './series.ts';

/** The result of one drawn roll. */
interface Explored {
  readonly seed: number;
  /** `2025.1 → 2026.1`. */
  readonly path: string;
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

/** An error of the harness is worse than a failed run. */
function exitOf(outcomes: readonly Verdict['outcome'][]): number {
  if (outcomes.includes('error')) return EXIT.harness;
  return outcomes.includes('failed') ? EXIT.requirementFailed : EXIT.proven;
}

/** `rollgate explore`: random legal rolls. */
export function addExplore(program: Program, context: CliContext): void {
  scenarioOptions(program.command('explore'))
    .description(
      'run random legal orders of an upgrade; the same seed draws the same orders everywhere',
    )
    .option('--runs <n>', 'number of runs; with --find-order, of each roll. Default: 10, or 2')
    .option(
      '--find-order',
      'find out which orders between services are necessary on one broker vhost. Preflight decides some; for each other order, runs break it or keep it',
    )
    .addOption(
      new Option(
        '--paper',
        'with --find-order: print what preflight decides; start no lab',
      ).implies({ findOrder: true }),
    )
    .addOption(pathOption())
    .option(
      '--unmet <dir>',
      'draw only rolls in which services meet that a run left apart; the run’s folder',
    )
    .option('--plans', 'print the plans that would be drawn; start nothing')
    .addOption(
      outOption(
        '--out <dir>',
        'folder of all runs; with the same folder an interrupted series goes on. Default: a new one below runs/',
      ),
    )
    .option('--json', 'print the findings as JSON')
    .action(async (scenario, options) => {
      if (options.choreography !== undefined) throw notTaken('--choreography', 'rollgate run');
      const finding = options.findOrder === true;
      const runs = countIn('--runs', options.runs ?? (finding ? '2' : '10'));
      if (finding) {
        if (options.path !== undefined) throw notTaken('--path', '--from and --to');
        if (options.unmet !== undefined) throw notTaken('--unmet', 'it without --find-order');
        await findOrder(scenario, { ...options, runs }, context);
        return;
      }
      const meetings = options.unmet === undefined ? [] : await leftApart(options.unmet);
      if (meetings.length > 0) {
        context.stderr(`${options.unmet} left apart: ${meetings.map(describeMeeting).join(', ')}`);
      }
      const drawn = await draw(scenario, options, { runs, meetings });
      if (options.plans === true) return printPlans(drawn, options, context);
      const directory = resolve(options.out ?? seriesFolder('explore'));
      const found = await exploreEach(drawn, directory, context);
      context.stdout(options.json === true ? JSON.stringify(found, null, 2) : tableOf(found));
      context.stderr('rollgate repro DIR runs one again, with --shrink a smaller one');
      context.exit(exitOf(found.map(({ outcome }) => outcome)));
    });
}

/** The upgrades of one drawn roll: several on a path. */
type DrawnRoll = readonly PreparedPlan[];

/**
 * The pairs of an old and a new service that a run left apart.
 *
 * @throws RollgateError `nothing-unmet` if there are none.
 */
async function leftApart(directory: string): Promise<readonly Meeting[]> {
  const meetings = unmetMeetings(judge(await readRun(resolve(directory))));
  if (meetings.length > 0) return meetings;
  throw new RollgateError('nothing-unmet', `in ${directory} every old and new service met`, {
    kind: 'usage',
    hint: 'Leave --unmet out for random rolls.',
  });
}

/** Draws a legal roll for each run, with consecutive seeds; each meeting has its turn. */
async function draw(
  scenario: string,
  options: ScenarioOptions & { readonly path?: readonly string[] | undefined },
  { runs, meetings }: { readonly runs: number; readonly meetings: readonly Meeting[] },
): Promise<readonly DrawnRoll[]> {
  const planning = await planningOf(options, scenario);
  const prepare = (request: Pick<PlanRequest, 'scenario' | 'overrides' | 'standing'>) =>
    preparePlan({ ...request, ...planning });
  const shared = await prepare({ scenario, overrides: overridesOf(options) });
  const input = scenarioInput(shared);
  const path = options.path ?? [input.base, input.target];
  const drawn: DrawnRoll[] = [];
  for (let run = 0; run < runs; run += 1) {
    const seed = shared.seed + run;
    const meeting = meetings[run % meetings.length];
    const hops = await prepareHops(path, ({ base, target, index, standing }) => {
      const topology = standing?.topology ?? shared.topology;
      return legalRoll(
        { seed, hop: index, meeting },
        { ...input, base, target, topology },
        (written) => prepare({ scenario: written, standing }),
      );
    });
    drawn.push(hops);
  }
  return drawn;
}

function printPlans(
  drawn: readonly DrawnRoll[],
  { json }: { readonly json?: true | undefined },
  context: CliContext,
): void {
  if (json === true) {
    const outlines = drawn.map((hops) => hops.map(({ plan }) => planJson(plan)));
    context.stdout(JSON.stringify(outlines, null, 2));
    return;
  }
  for (const hops of drawn) for (const { plan } of hops) context.stdout(`${stepsOf(plan)}\n`);
}

/** Runs one after the other, and keeps the results so far in the folder. */
async function exploreEach(
  drawn: readonly DrawnRoll[],
  directory: string,
  context: CliContext,
): Promise<readonly Explored[]> {
  const found: Explored[] = [];
  for (const [index, hops] of drawn.entries()) {
    const explored = await explore(hops, directory, context);
    found.push(...explored);
    context.stderr(`run ${index + 1} of ${drawn.length}: ${explored.map(lineOf).join('; ')}`);
    await makeFolder(directory);
    await replaceFile(join(directory, 'explore.json'), `${JSON.stringify(found, null, 2)}\n`);
    context.signal.throwIfAborted();
  }
  return found;
}

async function explore(
  hops: DrawnRoll,
  directory: string,
  context: CliContext,
): Promise<readonly Explored[]> {
  const seed = hops[0]?.seed ?? 0;
  for (const { plan } of hops) context.stderr(stepsOf(plan));
  const folder = join(directory, `seed-${seed}`);
  const results = await runHopsOrKeep(hops, { directory: folder, preflight: false }, context);
  return results.map(({ verdict, directory: own }) => ({
    seed,
    path: `${verdict.base.series} → ${verdict.target.series}`,
    outcome: verdict.outcome,
    requestsLost: verdict.api.failed,
    stacksStuck: verdict.stacks.stuck,
    stacksFailed: verdict.stacks.failed,
    stacksLost: verdict.stacks.lost,
    causes: harmfulKinds(verdict),
    directory: own,
  }));
}

function harmfulKinds({ causes }: Verdict): readonly string[] {
  const harmful = causes.filter(({ harm }) => harm !== 'noise' && harm !== 'log-only');
  return [...new Set(harmful.map(({ kind }) => kind))];
}

function stepsOf({ seed, base, target, stages }: PreparedPlan['plan']): string {
  return rollInLines(`seed ${seed}, ${base.series} → ${target.series}`, { stages });
}

function lineOf(one: Explored): string {
  return `seed ${one.seed} ${one.path} ${one.outcome}${one.causes.length === 0 ? '' : `: ${one.causes.join(', ')}`}`;
}

function tableOf(found: readonly Explored[]): string {
  return table([
    ['seed', 'path', 'outcome', 'requests lost', 'stuck', 'failed', 'lost', 'causes'],
    ...found.map((one) => [
      String(one.seed),
      one.path,
      one.outcome,
      String(one.requestsLost),
      String(one.stacksStuck),
      String(one.stacksFailed),
      String(one.stacksLost),
      one.causes.join(', ') || '-',
    ]),
  ]);
}
