import { join, resolve } from 'node:path';
import { messageOf, RollgateError } from '../errors.ts';
import type { EventSink } from '../events/event.ts';
import { drawSecrets } from '../infra/secrets.ts';
import type { Deployment } from '../lab/deployment/deployment.ts';
import { checkLabName, randomLabName } from '../lab/labels.ts';
import type { LastLogs } from '../lab/last-logs.ts';
import { needsClient } from '../plan/checkpoints/needs-client.ts';
import type { Plan } from '../plan/plan.ts';
import type { PauseWish } from '../run/pauses.ts';
import type { ScenarioInput } from '../scenario/schema.ts';
import type { Legacy } from '../subject/load.ts';
import { subjectNamed } from '../subject/registry.ts';
import { readChangedCode, reportingOf } from './changed-code/changed-code.ts';
import { checkedDump, typesIn } from './database-dump.ts';
import { deployBase } from './deploy-base.ts';
import { environmentFor, type Environment } from './folder/environment.ts';
import { checkRunFolder, defaultDirectory, RunFolder, type RunResult } from './folder/folder.ts';
import { identifyReleases } from './identify.ts';
import { foresee, type Preflight } from './preflight.ts';
import { provision, type Setup } from './provision.ts';
import { runPlan } from './run-plan.ts';

/** One upgrade of several that follow each other in one lab. */
export interface PlannedHop {
  /** It begins where the one before ends. */
  readonly plan: Plan;
  /** The input of the plan: kept in the run's folder, for `rollgate repro`. */
  readonly scenario?: ScenarioInput | undefined;
  /** When to hold the lab as it is, until another process lets it go on. Default: never. */
  readonly pause?: PauseWish | undefined;
}

export interface HopsOptions {
  /** The lab's name. Default: drawn at random. */
  readonly name?: string | undefined;
  readonly directory?: string | undefined;
  /** Roll even where the base fails before anything is rolled. Default: the run stops there. */
  readonly goOn?: boolean | undefined;
  /** Leave the lab standing when the run is over. */
  readonly keep?: boolean | undefined;
  /** Default: `all`. */
  readonly setup?: Setup | undefined;
  /** Gets the forecasts of preflight before the lab comes up. Without it there is no preflight. */
  readonly onPreflight?: ((foreseen: Preflight) => void) | undefined;
  readonly onProgress?: ((line: string) => void) | undefined;
  readonly onEvent?: EventSink | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ScenarioResult extends RunResult {
  readonly lab: string;
}

/** Of a chain's hops, each its own below the chain's: `1-2025.1-2026.1`. */
export function hopFolders(
  hops: readonly Pick<PlannedHop, 'plan'>[],
  directory: string,
): readonly string[] {
  if (hops.length === 1) return [directory];
  return hops.map(({ plan: { base, target } }, index) =>
    join(directory, `${index + 1}-${base.series}-${target.series}`),
  );
}

/**
 * Upgrades in one lab, one after the other, each a run with its own verdict. The lab comes up
 * before the first hop and goes after the last; stacks live from one hop to the next. A hop that
 * did not reach its end is the last: the state of the lab is then unknown.
 *
 * @param options.directory The folder of a single hop, or the folder above those of several.
 * Default: a new one below `runs/`.
 * @returns A result for each hop that was begun.
 * @throws RollgateError The error that kept the lab from coming up; the first hop's folder has it
 * too.
 */
export async function runHops(
  planned: readonly PlannedHop[],
  options: HopsOptions,
): Promise<readonly ScenarioResult[]> {
  const { name = randomLabName('run'), onProgress, onEvent, signal } = options;
  checkLabName(name);
  const [begin, ...further] = planned;
  if (begin === undefined) return [];
  const directory = resolve(
    options.directory ??
      defaultDirectory(
        begin.plan,
        new Date(),
        further.map(({ plan }) => plan),
      ),
  );
  const folders = hopFolders(planned, directory);
  for (const folder of folders) await checkRunFolder(folder);
  const engine = await provision({
    subject: subjectNamed(begin.plan.subject),
    releases: [begin.plan.base, ...planned.map(({ plan }) => plan.target)],
    client: planned.some(({ plan }) => needsClient(plan)),
    overlays: planned.flatMap(({ plan }) => plan.overlays),
    infrastructure: planned.flatMap(({ plan }) => plan.infrastructure),
    setup: options.setup,
    onProgress,
    signal,
  });
  const hops: PlannedHop[] = [];
  for (const hop of planned) {
    hops.push({ ...hop, plan: await identifyReleases(hop.plan, { engine, name, signal }) });
  }
  const first = hops[0] ?? begin;
  const environments: Environment[] = [];
  for (const { plan } of hops) environments.push(await environmentFor(plan));
  const givenDatabase = await checkedDump({ engine, plan: first.plan, name, signal });
  const foreseen: (Preflight | undefined)[] = [];
  for (const { plan } of hops) {
    foreseen.push(
      await foresee({ engine, plan, types: typesIn(givenDatabase), name, signal }, options),
    );
  }
  // The lab of a chain stays, and with it the reports of its services.
  const changed =
    hops.length === 1
      ? await readChangedCode({ engine, plan: first.plan, name, onProgress, signal })
      : undefined;
  const startedAt = new Date();
  // Drawn here, so that they are known even if the lab does not come up.
  const secrets = drawSecrets();
  const makeFolder = ({ plan, scenario }: PlannedHop, index: number): Promise<RunFolder> =>
    RunFolder.create({
      plan,
      directory: folders[index] ?? directory,
      secrets,
      scenario,
      environment: environments[index],
      foreseen: foreseen[index],
      changed,
      onEvent,
    });
  let lab: Deployment;
  let logs: LastLogs = new Map();
  try {
    const onLastLogs = (last: LastLogs): void => void (logs = last);
    const reporting = changed && (await reportingOf(changed));
    lab = await deployBase(engine, first.plan, {
      name,
      secrets,
      givenDatabase,
      onProgress,
      signal,
      onLastLogs,
      reporting,
    });
  } catch (error) {
    // Where the name is taken, say, there is nothing to report afterwards.
    if (error instanceof RollgateError && error.kind === 'usage') throw error;
    try {
      const folder = await makeFolder(first, 0);
      const aborted = signal?.aborted === true;
      await folder.concludeWithoutLab(name, error, { startedAt, aborted, logs });
      onProgress?.(`the events so far are in ${folder.directory}`);
    } catch (unwritten) {
      // Why there is no lab is the news, also where no folder can hold it.
      onProgress?.(`the events are not kept: ${messageOf(unwritten)}`);
    }
    throw error;
  }
  try {
    const results: ScenarioResult[] = [];
    let legacy: Legacy | undefined;
    for (const [index, hop] of hops.entries()) {
      const link = hops.length === 1 ? undefined : { legacy, last: index === hops.length - 1 };
      const folder = await makeFolder(hop, index);
      const result = await runPlan({
        folder,
        lab: lab.with({ topology: hop.plan.topology }),
        link,
        pause: hop.pause,
        goOn: options.goOn,
        signal,
      });
      results.push({ ...result, lab: name });
      if (result.verdict.ended !== 'completed') break;
      legacy = result.legacy;
    }
    return results;
  } finally {
    await (options.keep === true ? lab.keep() : lab.down());
  }
}
