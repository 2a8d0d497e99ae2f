import type { EventSink } from '../../../events/event.ts';
import type { Plan } from '../../../plan/plan.ts';
import { createProgress } from '../../../report/terminal/progress.ts';
import type { PauseWish } from '../../../run/pauses.ts';
import { keptChain } from '../../../runs/folder/kept-run.ts';
import { hopFolders, runHops, type HopsOptions, type ScenarioResult } from '../../../runs/hops.ts';
import type { PreparedPlan } from '../../../runs/prepare.ts';
import { scenarioInput } from '../../../scenario/write-scenario.ts';
import { judge } from '../../../verdict/judge.ts';
import type { Verdict } from '../../../verdict/schema/verdict.ts';
import { sayJson, type CliContext } from '../../context.ts';

/** A whole run, with its progress. Default folder: a new one below `runs/`. */
export async function runPrepared(
  prepared: PreparedPlan,
  directory: string | undefined,
  context: CliContext,
): Promise<ScenarioResult> {
  const [result] = await runPreparedHops([prepared], { directory }, context);
  if (result === undefined) throw new Error('a plan without a result: a bug');
  return result;
}

/** The same for consecutive upgrades in one lab. */
export function runPreparedHops(
  hops: readonly PreparedPlan[],
  options: Omit<HopsOptions, 'onProgress' | 'onEvent' | 'signal'>,
  context: CliContext,
  pauseOf: (plan: Plan) => PauseWish | undefined = () => undefined,
): Promise<readonly ScenarioResult[]> {
  return runHops(
    hops.map((prepared) => ({
      plan: prepared.plan,
      scenario: scenarioInput(prepared),
      pause: pauseOf(prepared.plan),
    })),
    {
      ...options,
      onProgress: sayTo(context),
      onEvent: progressOfRuns(context),
      signal: context.signal,
    },
  );
}

/** Prints the set-up and the waits, in the form that `--progress` sets. */
export function sayTo(
  context: Pick<CliContext, 'progressMode' | 'stderr' | 'progress'>,
): (line: string) => void {
  const mode = context.progressMode();
  if (mode === 'quiet') return () => undefined;
  if (mode !== 'json') return (line) => context.stderr(line);
  return (line) => sayJson(context, { type: 'progress', line });
}

/** The progress of each run starts at its beginning. */
export function progressOfRuns(
  context: Pick<CliContext, 'progressMode' | 'progress' | 'isTTY' | 'color' | 'columns'>,
): EventSink {
  const mode = context.progressMode();
  if (mode === 'quiet') return () => undefined;
  if (mode === 'json') return (event) => sayJson(context, event);
  const create = (): EventSink =>
    createProgress((text) => context.progress(text), {
      tty: mode === 'tty' || (mode === 'auto' && context.isTTY),
      color: context.color,
      width: () => context.columns(),
    });
  let progress = create();
  return (event) => {
    if (event.type === 'run-started') progress = create();
    progress(event);
  };
}

/** How one run of a series is made. */
type RunOfSeries = Pick<HopsOptions, 'preflight'> & { readonly directory: string };

/** One run of a series: a complete run in its folder is judged, not run again. */
export async function runOrKeep(
  prepared: PreparedPlan,
  options: RunOfSeries,
  context: CliContext,
): Promise<Verdict> {
  const [result] = await runHopsOrKeep([prepared], options, context);
  if (result === undefined) throw new Error('a plan without a result: a bug');
  return result.verdict;
}

/** The same for consecutive upgrades in one lab. */
export async function runHopsOrKeep(
  hops: readonly PreparedPlan[],
  options: RunOfSeries,
  context: CliContext,
): Promise<readonly Pick<ScenarioResult, 'verdict' | 'directory'>[]> {
  const { directory } = options;
  const folders = hopFolders(hops, directory);
  const runs = hops.map((hop, index) => ({
    scenario: scenarioInput(hop),
    directory: folders[index] ?? directory,
  }));
  const kept = await keptChain(runs, directory);
  if (kept === undefined) return runPreparedHops(hops, options, context);
  context.stderr(`kept: ${directory}`);
  return kept.map((events, index) => ({
    verdict: judge(events),
    directory: folders[index] ?? directory,
  }));
}

/** A verdict counts even if its files could not be written. */
export function printUnwritten(
  { unwritten, directory }: Pick<ScenarioResult, 'unwritten' | 'directory'>,
  context: Pick<CliContext, 'stderr'>,
): void {
  if (unwritten === undefined) return;
  context.stderr(`the reports are not in ${directory}: ${unwritten.message}`);
}
