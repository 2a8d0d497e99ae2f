import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventSink, RunEvent } from '../events/event.ts';
import type { Deployment } from '../lab/deployment.ts';
import type { Plan } from '../plan/plan.ts';
import { renderPlan } from '../plan/render.ts';
import { writeReports } from '../report/files.ts';
import { EventLog } from '../run/event-log.ts';
import { run } from '../run/runner.ts';
import { judge } from '../verdict/judge.ts';
import type { Verdict } from '../verdict/verdict.ts';

/** A run that is over: what was seen, what follows from it, and where it is written. */
export interface RunResult {
  readonly verdict: Verdict;
  readonly events: readonly RunEvent[];
  readonly plan: Plan;
  /** The folder with `plan.txt`, `events.ndjson`, `verdict.json`, `logs/`. */
  readonly directory: string;
}

export interface RunPlanOptions {
  readonly plan: Plan;
  readonly lab: Deployment;
  readonly directory: string;
  /** Gets the events as they happen. */
  readonly onEvent?: EventSink | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Makes the run folder, carries the plan out on a lab, judges it, writes the files. */
export async function runPlan(options: RunPlanOptions): Promise<RunResult> {
  const { plan, lab, directory, onEvent } = options;
  const logs = join(directory, 'logs');
  await mkdir(logs, { recursive: true });
  await writeFile(join(directory, 'plan.txt'), `${renderPlan(plan)}\n`);
  const log = new EventLog(join(directory, 'events.ndjson'), onEvent ? [onEvent] : []);
  try {
    await run({
      plan,
      lab,
      emit: log.emit,
      logs,
      signal: options.signal ?? new AbortController().signal,
    });
  } finally {
    await log.close();
  }
  const verdict = judge(log.events);
  await writeReports(directory, log.events, verdict);
  return { verdict, events: log.events, plan, directory };
}

/** `runs/2026-01-31T12-00-00-2025.1-2026.1-guide`, below the working directory. */
export function defaultDirectory(plan: Plan, now: Date): string {
  const time = now.toISOString().slice(0, 19).replaceAll(':', '-');
  return join('runs', [time, plan.base.series, plan.target.series, plan.choreography].join('-'));
}
