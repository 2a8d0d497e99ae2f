import { basename, dirname, extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PlannedCheck } from '../../plan/checkpoints/check.ts';
import { MODULE } from '../../scenario/own-files/checkpoint.ts';
import type { RunContext } from '../context.ts';
import type { CheckResult, CheckStep } from './check-step.ts';
import { hookEnvironment } from './environment.ts';
import { runLimited, type ProcessEnd } from './limited-process.ts';
import type { Transcript } from './transcript.ts';

type HookCheck = Extract<PlannedCheck, { check: 'hook' }>;

/**
 * Calls a module's default function, in a separate process like every hook. It is built like this
 * file.
 */
const MODULE_HOOK = fileURLToPath(
  new URL(`./module-hook${extname(import.meta.filename)}`, import.meta.url),
);

/** Runs a user's own script or module as a check. */
export async function carryOutHook(
  { run, as, limitSeconds }: HookCheck,
  step: CheckStep,
  context: RunContext,
  transcript: Transcript,
): Promise<CheckResult> {
  const end = await runLimited({
    ...(MODULE.test(run)
      ? { command: process.execPath, arguments: [MODULE_HOOK, run] }
      : { command: run, arguments: [] }),
    environment: await hookEnvironment(step, as, context),
    directory: dirname(run),
    limitSeconds,
    signal: context.signal,
    onLine: (line) => transcript.write(line),
  });
  const passed = end.kind === 'exited' && end.status === 0;
  return { passed, detail: `hook ${basename(run)} ${processEndInWords(end, limitSeconds)}` };
}

/** How a user's program ended, after its name. */
export function processEndInWords(end: ProcessEnd, limitSeconds: number): string {
  switch (end.kind) {
    case 'exited':
      return end.status === 0 ? 'passed' : `ended with status ${end.status}`;
    case 'killed':
      return `was ended by ${end.signal}`;
    case 'too-long':
      return `took longer than ${limitSeconds} s and was ended`;
    case 'not-started':
      return `could not be started: ${end.why}`;
  }
}
