import { RollgateError } from '../../errors.ts';
import type { RunResult } from '../../runs/folder/folder.ts';
import { inFull, withAll } from '../in-full.ts';
import { Lab } from '../lab.ts';
import type { LabOptions, LabRunOptions } from '../options.ts';
import { runScenario, type RunScenarioOptions } from '../run-scenario.ts';
import { checkSharedLab, checkSharedRun } from './shared-calls.ts';

/**
 * How long a test runner waits for a lab or a run. A run takes two to four minutes on two cores. It
 * takes longer on a busy machine, or if an image must be built or another lab must end first.
 */
const TIME_OUT_MS = 30 * 60_000;

/**
 * Further options of a fixture.
 *
 * ```ts
 * import { sharedLab } from 'rollgate/node-test';
 *
 * export const lab = sharedLab({ series: '2025.1', timeoutMs: 10 * 60_000 });
 * ```
 */
export interface FixtureOptions {
  /** Limit for the whole run, including the wait for a place and images. Default: 30 minutes. */
  readonly timeoutMs?: number;
}

/** Something that a file's tests share: made before the first test, removed after the last. */
export interface Shared<T> {
  readonly value: T;
}

/** A test runner's hooks: before the first test of a file, and after the last. */
export interface FileHooks {
  readonly before: (work: () => Promise<void>) => void;
  readonly after: (work: () => Promise<void>) => void;
}

/** A run that a file's tests share: `value` is its result, to be read within a test. */
export type SharedRun = Shared<RunResult>;
/** A lab that a file's tests share: `value` is the lab, to be used within a test. */
export type SharedLab = Shared<Lab>;

/**
 * The subject of `sharedRun`: an upgrade of a lab, or a scenario, e.g. a YAML file for `rollgate
 * run`.
 *
 * ```ts
 * import { sharedRun } from 'rollgate/node-test';
 *
 * export const upgrade = sharedRun({ series: '2025.1', to: '2026.1', choreography: 'gentle' });
 * export const scenario = sharedRun({ scenario: 'upgrade.yaml', set: { seed: 7 } });
 * ```
 */
export type SharedRunOptions = (LabRunOptions | RunScenarioOptions) & FixtureOptions;

/** The common part of every test runner's fixtures. */
export interface Fixtures {
  readonly sharedRun: (options: SharedRunOptions) => SharedRun;
  readonly sharedLab: (options: LabOptions & FixtureOptions) => SharedLab;
}

/** The fixtures of a test runner. */
export function fixturesOf(hooksFor: (timeoutMs: number) => FileHooks): Fixtures {
  return {
    sharedRun({ timeoutMs = TIME_OUT_MS, ...options }) {
      let value: RunResult | undefined;
      hooksFor(timeoutMs).before(async () => {
        await inFull(() => checkSharedRun(options));
        value = await run(options);
      });
      return shared(() => value, 'run');
    },
    sharedLab({ timeoutMs = TIME_OUT_MS, ...options }) {
      let value: Lab | undefined;
      const { before, after } = hooksFor(timeoutMs);
      before(async () => {
        await inFull(() => checkSharedLab(options));
        value = await Lab.start({ onProgress: say, ...options });
      });
      after(async () => value?.down());
      return shared(() => value, 'lab');
    },
  };
}

function run(options: LabRunOptions | RunScenarioOptions): Promise<RunResult> {
  return 'scenario' in options
    ? runScenario({ onProgress: say, ...options })
    : Lab.run({ onProgress: say, ...options });
}

function shared<T>(read: () => T | undefined, what: string): Shared<T> {
  return {
    get value() {
      const value = read();
      if (value !== undefined) return value;
      const hint = `Read the ${what} within a test, not beside it.`;
      const message = `the shared ${what} is not there yet`;
      throw withAll(new RollgateError('not-started', message, { kind: 'usage', hint }));
    },
  };
}

/** Test runners show standard error, so a wait has to be announced there. */
function say(line: string): void {
  process.stderr.write(`rollgate: ${line}\n`);
}
