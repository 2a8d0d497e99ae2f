import { constants } from 'node:fs';
import { access, readdir, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { messageOf, reasonOf, RollgateError, codeOf } from '../../errors.ts';
import type { EventSink, RunEvent } from '../../events/event.ts';
import { makeFolder } from '../../files/folder.ts';
import { replaceFile } from '../../files/write.ts';
import { Redactor } from '../../infra/redactor.ts';
import type { Secrets } from '../../infra/secrets.ts';
import type { LastLogs } from '../../lab/last-logs.ts';
import type { Plan } from '../../plan/plan.ts';
import { renderPlan } from '../../plan/render/render.ts';
import { tryWriteReports } from '../../report/files/files.ts';
import { RUN_FOLDER, timeInName } from '../../run-folder.ts';
import { describeError } from '../../run/describe-error.ts';
import { EventLog } from '../../run/logs/event-log.ts';
import { runStartedEvent } from '../../run/run-started.ts';
import type { ScenarioInput } from '../../scenario/schema.ts';
import { BASE_FAILS, baseFailsInWords } from '../../verdict/history/base/failures.ts';
import { judge } from '../../verdict/judge.ts';
import { readingOf } from '../../verdict/reading/reading.ts';
import type { Verdict } from '../../verdict/schema/verdict.ts';
import type { CodeChanges } from '../changed-code/changed-code.ts';
import type { NoForecasts, Preflight } from '../preflight.ts';
import { type Environment } from './environment.ts';

/** A run that is over: its events, its verdict and its folder. */
export interface RunResult {
  /** What the run proved, lost and found. */
  readonly verdict: Verdict;
  /** Everything that happened, in time order. */
  readonly events: readonly RunEvent[];
  /** What was to be done. */
  readonly plan: Plan;
  /** The folder with `plan.txt`, `events.ndjson`, `verdict.json`, `logs/`. */
  readonly directory: string;
  /** Why the reports are not in the folder, if they could not be written. */
  readonly unwritten?: RollgateError | undefined;
}

export interface RunFolderOptions {
  readonly plan: Plan;
  readonly directory: string;
  /** The lab's secrets, which are in no file of the folder. */
  readonly secrets: Secrets;
  /** Kept as `scenario.yaml`, for `rollgate repro`. */
  readonly scenario?: ScenarioInput | undefined;
  /** Kept as `environment.json`, for `rollgate repro` on another machine. */
  readonly environment?: Environment | undefined;
  /** The forecasts of preflight, or why there are none; emitted when the run has started. */
  readonly foreseen?: Preflight | NoForecasts | undefined;
  /** The changes in the target's source; emitted when the run has started. */
  readonly changed?: CodeChanges | undefined;
  /** Gets the events as they happen. */
  readonly onEvent?: EventSink | undefined;
}

/** The folder of a run, from the plan to the reports. */
export class RunFolder {
  readonly plan: Plan;
  readonly directory: string;
  /** For the services' logs. */
  readonly logs: string;
  /** Aborted with the reason when the events cannot be written. */
  readonly broken: AbortSignal;
  readonly #log: EventLog;
  readonly #foreseen: Preflight | NoForecasts | undefined;
  readonly #changed: CodeChanges | undefined;

  readonly #redactor: Redactor;

  private constructor(parts: {
    readonly plan: Plan;
    readonly directory: string;
    readonly logs: string;
    readonly log: EventLog;
    readonly broken: AbortSignal;
    readonly redactor: Redactor;
    readonly foreseen: Preflight | NoForecasts | undefined;
    readonly changed: CodeChanges | undefined;
  }) {
    this.plan = parts.plan;
    this.directory = parts.directory;
    this.logs = parts.logs;
    this.broken = parts.broken;
    this.#log = parts.log;
    this.#redactor = parts.redactor;
    this.#foreseen = parts.foreseen;
    this.#changed = parts.changed;
  }

  static async create(options: RunFolderOptions): Promise<RunFolder> {
    const { plan, directory, secrets, scenario, environment, foreseen, changed, onEvent } = options;
    const redactor = new Redactor(secrets);
    const logs = join(directory, RUN_FOLDER.logs);
    await makeFolder(logs);
    if (scenario !== undefined) {
      await replaceFile(join(directory, RUN_FOLDER.scenario), redactor.redact(stringify(scenario)));
    }
    if (environment !== undefined) {
      await replaceFile(
        join(directory, RUN_FOLDER.environment),
        `${JSON.stringify(environment, null, 2)}\n`,
      );
    }
    const broken = new AbortController();
    const log = new EventLog({
      path: join(directory, RUN_FOLDER.events),
      redactor,
      listeners: onEvent ? [onEvent] : [],
      onFailure: (failure) => broken.abort(failure),
    });
    const folder = new RunFolder({
      plan,
      directory,
      logs,
      log,
      broken: broken.signal,
      redactor,
      foreseen,
      changed,
    });
    await folder.#writePlan();
    return folder;
  }

  readonly emit: EventSink = (event) => {
    this.#log.emit(event);
    if (event.type !== 'run-started') return;
    const { at } = event;
    const foreseen = this.#foreseen;
    if (foreseen !== undefined && 'findings' in foreseen) {
      const { seconds, findings } = foreseen;
      this.#log.emit({ type: 'preflight-found', at, seconds, findings });
    } else if (foreseen !== undefined) {
      this.#log.emit({ type: 'preflight-missing', at, ...foreseen });
    }
    if (this.#changed !== undefined) {
      this.#log.emit({ type: 'code-changed', at, ...this.#changed });
    }
  };

  /** Ends a run whose lab did not start: its result is an error or an abort. */
  async concludeWithoutLab(
    lab: string,
    error: unknown,
    {
      startedAt,
      aborted,
      logs = new Map(),
    }: { readonly startedAt: Date; readonly aborted: boolean; readonly logs?: LastLogs },
  ): Promise<RunResult> {
    for (const [container, text] of logs) {
      await replaceFile(join(this.logs, `${container}.log`), this.#redactor.redact(text));
    }
    this.emit(runStartedEvent({ plan: this.plan, lab, time: startedAt, engines: undefined }));
    this.emit({
      type: 'run-finished',
      at: Date.now() - startedAt.getTime(),
      time: new Date().toISOString(),
      ...(aborted
        ? { outcome: 'aborted' as const }
        : { outcome: 'failed' as const, error: describeError(error) }),
    });
    await this.close();
    return this.conclude();
  }

  /**
   * Judges the baseline, when it is over.
   *
   * @returns The base's failures, if the run goes on anyway.
   * @throws RollgateError `base-fails`.
   */
  async checkBase({ goOn }: { readonly goOn: boolean }): Promise<string | undefined> {
    const why = baseFailsInWords(readingOf(await this.#log.read()).baseFailures);
    if (why === undefined || goOn) return why;
    throw new RollgateError(BASE_FAILS, why, {
      hint: 'Repair the base, or go on anyway with --go-on. docs/red.md says where to look.',
    });
  }

  /** The causes so far, each by its kind. */
  async causesSoFar(): Promise<readonly { readonly kind: string; readonly text: string }[]> {
    const { causes } = judge(await this.#log.read());
    return causes.map(({ kind, title }) => ({ kind, text: title }));
  }

  /** Judges the events and writes the reports, after `close`. */
  async conclude(): Promise<RunResult> {
    const events = await this.#log.read();
    this.#log.release();
    const verdict = judge(events);
    const unwritten = await tryWriteReports(this.directory, events, verdict);
    const finish = events.findLast((event) => event.type === 'run-finished');
    const step = finish?.error?.step;
    if (step !== undefined && unwritten === undefined) await this.#writePlan(step);
    return { verdict, events, plan: this.plan, directory: this.directory, unwritten };
  }

  /** @param arrow The id of the step that failed. */
  async #writePlan(arrow?: string): Promise<void> {
    const text = this.#redactor.redact(renderPlan(this.plan, { arrow }));
    await replaceFile(join(this.directory, RUN_FOLDER.plan), `${text}\n`);
  }

  /** Writes the events to their end. */
  async close(): Promise<void> {
    await this.#log.close();
  }
}

/**
 * Checks whether a run can be written to a folder, before anything is set up. It leaves nothing
 * there.
 *
 * @throws RollgateError `run-folder-taken`, `run-folder-unusable`.
 */
export async function checkRunFolder(directory: string): Promise<void> {
  let made: string | undefined;
  let files: readonly string[];
  try {
    made = await makeFolder(directory);
    await access(directory, constants.W_OK);
    files = await readdir(directory);
  } catch (cause) {
    throw new RollgateError('run-folder-unusable', `a run cannot be written to ${directory}`, {
      kind: 'usage',
      detail: cause instanceof RollgateError ? messageOf(cause) : reasonOf(cause),
      hint: 'Name a folder that can be made and written to',
      cause,
    });
  }
  if (made !== undefined) return removeEmpty(directory, made);
  if (files.length === 0) return undefined;
  // A run writes scenario.yaml, logs and more, and existing files may belong to the user.
  const what = files.includes(RUN_FOLDER.events) ? 'holds a run already' : 'is not empty';
  throw new RollgateError('run-folder-taken', `${directory} ${what}`, {
    kind: 'usage',
    hint: 'Name another folder with --out, or remove that one',
  });
}

/** Removes a folder and its parents up to `top`, if they are empty. */
async function removeEmpty(folder: string, top: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOTEMPTY') return;
    throw error;
  }
  if (folder !== top) await removeEmpty(dirname(folder), top);
}

/**
 * `runs/2026-01-31T12-00-00-2025.1-2026.1-guide`, below the working directory; for a chain with all
 * its releases.
 */
export function defaultDirectory(plan: Plan, now: Date, further: readonly Plan[] = []): string {
  const path = [plan.base, plan.target, ...further.map(({ target }) => target)];
  const series = path.map((release) => release.series);
  return resolve('runs', [timeInName(now), ...series, plan.choreography].join('-'));
}
