import { RollgateError } from '../../errors.ts';
import type { RunResult } from '../../runs/folder/folder.ts';
import { Lab } from '../lab.ts';
import type { LabOptions, LabRunOptions } from '../options.ts';
import { runScenario, type RunScenarioOptions } from '../run-scenario.ts';

/**
 * How long a test runner waits for a lab or a run. A run takes a minute or two. It takes longer on
 * a busy machine, or where an image must be built or a free place awaited.
 */
const TIME_OUT_MS = 30 * 60_000;

/** What a fixture takes besides. */
export interface FixtureOptions {
  /** For all of it: the wait for a place, images, the run. Default: 30 minutes. */
  readonly timeoutMs?: number;
}

/** Something that a file's tests share: made before the first of them, gone after the last. */
export interface Shared<T> {
  readonly value: T;
}

/** A test runner's hooks: before the first test of a file, and after the last. */
export interface FileHooks {
  readonly before: (work: () => Promise<void>) => void;
  readonly after: (work: () => Promise<void>) => void;
}

/** A run that a file's tests share. */
export type SharedRun = Shared<RunResult>;
/** A lab that a file's tests share. */
export type SharedLab = Shared<Lab>;

/**
 * What `sharedRun` runs: an upgrade of a lab, or a scenario, e.g. the YAML file that `rollgate run`
 * takes too.
 */
export type SharedRunOptions = (LabRunOptions | RunScenarioOptions) & FixtureOptions;

/** What every test runner's fixtures are. */
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
        value = await run(options);
      });
      return shared(() => value, 'run');
    },
    sharedLab({ timeoutMs = TIME_OUT_MS, ...options }) {
      let value: Lab | undefined;
      const { before, after } = hooksFor(timeoutMs);
      before(async () => {
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
      throw new RollgateError('not-started', `the shared ${what} is not there yet`, {
        kind: 'usage',
        hint: `Read the ${what} within a test, not beside it.`,
      });
    },
  };
}

/** Test runners show what is written to standard error; what waits must say so. */
function say(line: string): void {
  process.stderr.write(`rollgate: ${line}\n`);
}
