export { Lab, type LabOptions, type UpgradeOptions } from './api/lab.ts';
export type { RunResult } from './runs/folder.ts';
export { runScenario, type RunScenarioOptions, type ScenarioResult } from './api/scenario.ts';
export type { RunEvent } from './events/event.ts';
export { readRun } from './events/codec.ts';
export { judge } from './verdict/judge.ts';
export type { Verdict } from './verdict/schema/verdict.ts';
export type { Hook, HookContext } from './run/checkpoints/module-hook.ts';
export { RollgateError } from './errors.ts';
