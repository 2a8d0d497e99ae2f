import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { EXIT } from '../../../exit.ts';
import { makeFolder } from '../../../files/folder.ts';
import { replaceFile } from '../../../files/write.ts';
import {
  candidatesOf,
  onPaper,
  type Candidate,
  type OnPaper,
} from '../../../hunts/order/candidates.ts';
import { found, type FoundOrder, type Ran } from '../../../hunts/order/found.ts';
import { rollName, scenarioOf, trialOf, type OrderRoll } from '../../../hunts/order/rolls.ts';
import { randomLabName } from '../../../lab/labels.ts';
import type { Plan } from '../../../plan/plan.ts';
import { renderOrders } from '../../../report/terminal/orders.ts';
import { preflight } from '../../../runs/preflight.ts';
import { preparePlan, type PreparedPlan } from '../../../runs/prepare.ts';
import { provision } from '../../../runs/provision.ts';
import { SEED_LIMIT } from '../../../scenario/schema.ts';
import type { Topology } from '../../../scenario/topology/topology.ts';
import { scenarioInput } from '../../../scenario/write-scenario.ts';
import { planningFor } from '../../../subject/registry.ts';
import type { Subject } from '../../../subject/subject.ts';
import type { CliContext } from '../../context.ts';
import { overridesOf, type ScenarioOptions } from '../../options/scenario/scenario.ts';
import { chosenSubject } from '../../options/subject.ts';
import { runOrKeep } from '../run/run-prepared.ts';
import { rollInLines, seriesFolder } from './series.ts';

export interface FindOrderOptions extends ScenarioOptions {
  /** Of each roll. */
  readonly runs: number;
  readonly paper?: boolean | undefined;
  readonly plans?: boolean | undefined;
  readonly out?: string | undefined;
  readonly json?: boolean | undefined;
}

/** `rollgate explore --find-order`: which orders between services are necessary. */
export async function findOrder(
  scenario: string,
  options: FindOrderOptions,
  context: CliContext,
): Promise<void> {
  const subject = await chosenSubject(options, scenario);
  const planning = await planningFor(subject);
  const shared = await preparePlan({ scenario, overrides: overridesOf(options), ...planning });
  const { plan, topology } = shared;
  const candidates = candidatesOf(topology);
  const papers = await decideOnPaper(candidates, { subject, plan }, context);
  const print = (orders: readonly FoundOrder[]): void => {
    const { base, target } = plan;
    context.stdout(
      options.json === true
        ? JSON.stringify(orders, null, 2)
        : `${renderOrders({ orders, base, target, topology: topology.name })}${rulesOf(orders)}`,
    );
  };
  if (options.paper === true) {
    print(papers.map(({ candidate, paper }) => found(candidate, paper)));
    return;
  }
  const surroundings = { topology, shape: planning.shape, candidates };
  const written = scenarioInput(shared);
  const trials = trialsOf(papers, topology);
  const wanted = new Map(
    trials.flatMap(({ rolls }) => rolls.map((roll) => [rollName(roll), roll])),
  );
  const prepare = (roll: OrderRoll, seed = shared.seed): Promise<PreparedPlan> =>
    preparePlan({ scenario: { ...scenarioOf(roll, written, surroundings), seed }, ...planning });
  if (options.plans === true) {
    for (const roll of wanted.values()) context.stdout(`${stepsOf(await prepare(roll))}\n`);
    return;
  }
  const ran = await runTrials(
    {
      trials,
      wanted,
      runs: options.runs,
      prepare: (roll, run) => prepare(roll, seedOf(shared, run)),
    },
    resolve(options.out ?? seriesFolder('order')),
    context,
  );
  print(foundIn(trials, ran));
  const done = [...ran.values()].flat();
  const none = done.length > 0 && done.every(({ ended }) => ended !== 'completed');
  context.exit(none ? EXIT.harness : EXIT.proven);
}

/** What preflight and the simulation decide about each order. */
async function decideOnPaper(
  candidates: readonly Candidate[],
  { subject, plan }: { readonly subject: Subject; readonly plan: Plan },
  context: CliContext,
): Promise<readonly Omit<CandidateTrial, 'rolls'>[]> {
  const { signal } = context;
  const engine = await provision({
    subject,
    releases: [plan.base, plan.target],
    overlays: plan.overlays,
    onProgress: (line) => context.stderr(line),
    signal,
  });
  const { findings } = await preflight({ engine, plan, name: randomLabName('preflight'), signal });
  return candidates.map((candidate) => ({ candidate, paper: onPaper(candidate, findings) }));
}

function seedOf({ seed }: PreparedPlan, run: number): number {
  return (seed + run) % SEED_LIMIT;
}

/** The runs of each roll, by its name. */
type Rans = ReadonlyMap<string, readonly Ran[]>;

function foundIn(trials: readonly CandidateTrial[], ran: Rans): readonly FoundOrder[] {
  return trials.map(({ candidate, paper, rolls }) =>
    found(
      candidate,
      paper,
      rolls.flatMap((roll) => ran.get(rollName(roll)) ?? []),
    ),
  );
}

/** Carries out each roll `runs` times, and keeps the results so far in the folder. */
async function runTrials(
  {
    trials,
    wanted,
    runs,
    prepare,
  }: {
    readonly trials: readonly CandidateTrial[];
    readonly wanted: ReadonlyMap<string, OrderRoll>;
    readonly runs: number;
    /** @param run From 0. */
    readonly prepare: (roll: OrderRoll, run: number) => Promise<PreparedPlan>;
  },
  directory: string,
  context: CliContext,
): Promise<Rans> {
  const ran = new Map<string, readonly Ran[]>();
  for (let run = 0; run < runs; run += 1) {
    for (const [name, roll] of wanted) {
      const prepared = await prepare(roll, run);
      context.stderr(stepsOf(prepared));
      const verdict = await runOrKeep(
        prepared,
        { directory: join(directory, `${name}-${run + 1}`), preflight: false },
        context,
      );
      ran.set(name, [...(ran.get(name) ?? []), verdict]);
      await makeFolder(directory);
      const orders = JSON.stringify(foundIn(trials, ran), null, 2);
      await replaceFile(join(directory, 'order.json'), `${orders}\n`);
      context.signal.throwIfAborted();
    }
  }
  return ran;
}

interface CandidateTrial {
  readonly candidate: Candidate;
  readonly paper: OnPaper;
  /** None if the simulation decides, or if the topology allows no roll that breaks or keeps it. */
  readonly rolls: readonly OrderRoll[];
}

function trialsOf(
  papers: readonly Omit<CandidateTrial, 'rolls'>[],
  topology: Topology,
): readonly CandidateTrial[] {
  const necessary = papers
    .filter(({ paper }) => paper.decision === 'necessary')
    .map(({ candidate }) => candidate.rule.name);
  return papers.map(({ candidate, paper }) => {
    const trial =
      paper.decision === 'necessary' ? undefined : trialOf(candidate, { topology, necessary });
    return { candidate, paper, rolls: trial === undefined ? [] : [trial.breaking, trial.keeping] };
  });
}

/** The necessary orders, as a scenario writes them. */
function rulesOf(orders: readonly FoundOrder[]): string {
  const necessary = orders.filter(({ conclusion }) => conclusion === 'necessary');
  if (necessary.length === 0) return '';
  const rules = necessary.map(({ rule }) => rule);
  return `\n\nAs rules of a scenario:\n\n${stringify({ rules }).trimEnd()}`;
}

function stepsOf({ plan }: PreparedPlan): string {
  return rollInLines(plan.choreography, plan);
}
