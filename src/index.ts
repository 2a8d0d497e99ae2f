export { Lab, type LabOptions, type UpgradeOptions } from './gate/lab.ts';
export type { RunResult } from './gate/run-folder.ts';
export { runScenario, type RunScenarioOptions, type ScenarioResult } from './gate/run-scenario.ts';
export type { RunEvent } from './events/event.ts';
export { readRun } from './events/codec.ts';
export { judge } from './verdict/judge.ts';
export type { Verdict } from './verdict/verdict.ts';
export type { Hook, HookContext } from './run/checkpoints/module-hook.ts';
export { RollgateError } from './errors.ts';
