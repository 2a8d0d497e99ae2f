import { join, resolve } from 'node:path';
import { messageOf, RollgateError } from '../errors.ts';
import type { EventSink } from '../events/event.ts';
import { drawSecrets, type Secrets } from '../infra/secrets.ts';
import type { Deployment } from '../lab/deployment/deployment.ts';
import { checkLabName, randomLabName } from '../lab/labels.ts';
import type { LastLogs } from '../lab/last-logs.ts';
import { reportingOf } from './changed-code/changed-code.ts';
import { deployBase } from './deploy-base.ts';
import { checkRunFolder, defaultDirectory, RunFolder, type RunResult } from './folder/folder.ts';
import { carryOutInTurn } from './in-turn.ts';
import type { Preflight } from './preflight.ts';
import type { Setup } from './provision.ts';
import { makeReady, type PlannedHop, type Ready, type ReadyHop } from './ready.ts';
import { runPlan } from './run-plan.ts';

export interface HopsOptions {
  /** The lab's name. Default: drawn at random. */
  readonly name?: string | undefined;
  readonly directory?: string | undefined;
  /** Continue even if the base fails before anything is rolled. Default: the run stops. */
  readonly goOn?: boolean | undefined;
  /** Keep the lab when the run is over. */
  readonly keep?: boolean | undefined;
  /** Default: `all`. */
  readonly setup?: Setup | undefined;
  /** Compare the images before the lab starts: the verdict has the forecasts. Default: true. */
  readonly preflight?: boolean | undefined;
  /** Gets the forecasts before the lab starts. */
  readonly onPreflight?: ((foreseen: Preflight) => void) | undefined;
  readonly onProgress?: ((line: string) => void) | undefined;
  readonly onEvent?: EventSink | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A run of a scenario that is over. */
export interface ScenarioResult extends RunResult {
  /** The lab's name; with `keep` the lab is still there. */
  readonly lab: string;
}

/** Each hop of a chain has its own folder below the chain's: `1-2025.1-2026.1`. */
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
 * Upgrades in one lab, one after the other, each a run with its own verdict. The lab starts before
 * the first hop and is removed after the last; stacks live from one hop to the next. A hop that did
 * not reach its end is the last: the state of the lab is then unknown.
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
  const { name = randomLabName('run'), signal } = options;
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
  const ready = await makeReady([begin, ...further], { ...options, name });
  // Drawn here, so that they are known even if the lab does not start.
  const secrets = drawSecrets();
  const makeFolder: MakeFolder = ({ plan, scenario, environment, foreseen }, index) => {
    const { changed } = ready;
    const { onEvent } = options;
    const ofHop = { plan, directory: folders[index] ?? directory, scenario, environment, foreseen };
    return RunFolder.create({ ...ofHop, secrets, changed, onEvent });
  };
  const lab = await bringUp(ready, { ...options, name, secrets, makeFolder });
  let areWritten = false;
  try {
    const results = await carryOutInTurn(ready.hops, async (hop, index, link) =>
      runPlan({
        folder: await makeFolder(hop, index),
        lab: lab.with({ topology: hop.plan.topology }),
        link,
        pause: hop.pause,
        goOn: options.goOn,
        signal,
      }),
    );
    areWritten = true;
    return results.map((result) => ({ ...result, lab: lab.name }));
  } finally {
    const over = options.keep === true ? lab.keep() : lab.down();
    await over.catch((error: unknown) => {
      throw areWritten ? withPlace(error, directory) : error;
    });
  }
}

/** An error after the run has its verdict: the user must not lose where it is. */
export function withPlace(error: unknown, directory: string): unknown {
  if (!(error instanceof RollgateError)) return error;
  const { code, message, kind, hint } = error;
  const place = `The run is over; its verdict and report are in ${directory}.`;
  return new RollgateError(code, message, {
    kind,
    hint: [hint, place].filter((text) => text !== undefined).join(' '),
    cause: error,
  });
}

/** The folder of a hop, once its run begins. */
type MakeFolder = (hop: ReadyHop, index: number) => Promise<RunFolder>;

interface BringUpOptions extends Pick<HopsOptions, 'onProgress' | 'signal'> {
  readonly name: string;
  readonly secrets: Secrets;
  readonly makeFolder: MakeFolder;
}

/** @throws The error that kept the lab from coming up; the first hop's folder has it too. */
async function bringUp(
  { engine, first, givenDatabase, changed }: Ready,
  { name, secrets, onProgress, signal, makeFolder }: BringUpOptions,
): Promise<Deployment> {
  const startedAt = new Date();
  let logs: LastLogs = new Map();
  try {
    const onLastLogs = (last: LastLogs): void => void (logs = last);
    const reporting = changed && (await reportingOf(changed));
    return await deployBase(engine, first.plan, {
      name,
      secrets,
      givenDatabase,
      onProgress,
      signal,
      onLastLogs,
      reporting,
    });
  } catch (error) {
    // For example, if the name is taken, there is nothing to report afterwards.
    if (error instanceof RollgateError && error.kind === 'usage') throw error;
    try {
      const folder = await makeFolder(first, 0);
      const aborted = signal?.aborted === true;
      await folder.concludeWithoutLab(name, error, { startedAt, aborted, logs });
      onProgress?.(`the events so far are in ${folder.directory}`);
    } catch (unwritten) {
      // The reason why there is no lab is reported, even if it cannot be written to a folder.
      onProgress?.(`the events are not kept: ${messageOf(unwritten)}`);
    }
    throw error;
  }
}
