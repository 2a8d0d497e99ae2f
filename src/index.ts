export { Lab, type As } from './api/lab.ts';
export type {
  LabOptions,
  LabRunOptions,
  UpgradeOptions,
  WrittenChoreography,
} from './api/options.ts';
export { LabService, type ServiceStatus } from './api/lab-service.ts';
export { RollingLab, RollingService, type Destination } from './api/rolling-lab.ts';
export {
  LabApi,
  type ApiRequestOptions,
  type ApiResponse,
  type BodySchema,
} from './api/lab-api.ts';
export { MeasuredClient } from './api/measured-client.ts';
export { runScenario, type RunScenarioOptions, type ScenarioResult } from './api/run-scenario.ts';
export {
  assertVerdict,
  type AssertionReport,
  type VerdictAssertion,
} from './api/verdict/assert-verdict.ts';
export type { Limit, Losses } from './api/verdict/checks.ts';
export type { Judged } from './api/verdict/judged.ts';
export {
  verdictMatchers,
  type MatcherContext,
  type MatcherResult,
  type VerdictMatchers,
} from './api/verdict/matchers.ts';
export { explain, type ExplainOptions } from './api/verdict/explain.ts';
export type { ExecResult } from './containers/port.ts';
export type { ChoreographyName } from './plan/choreographies/registry.ts';
export type { Plan, Stage } from './plan/plan.ts';
export type { Step } from './plan/step.ts';
export type { ReleaseRef, Side } from './release/release.ts';
export type { HttpResult } from './load/http/request.ts';
export type { RunResult } from './runs/folder/folder.ts';
export type { Setup } from './runs/provision.ts';
export type { CustomKindInput } from './scenario/custom/kind.ts';
export type { BodyFunction, CustomProbeInput } from './scenario/custom/probe.ts';
export type { Config, ScopedConfig } from './scenario/config.ts';
export type { ScenarioInput } from './scenario/schema.ts';
export type { Topology, TopologyInput } from './scenario/topology/topology.ts';
export type { EventSink, RunEvent } from './events/event.ts';
export { readRun } from './events/codec.ts';
export { judge } from './verdict/judge.ts';
export { CAUSE_KINDS, type CauseKind } from './verdict/causes/kinds.ts';
export { TAGS, type Cause, type TagName, type Verdict } from './verdict/schema/verdict.ts';
export type { NodeServices } from './run/checkpoints/environment.ts';
export type { Hook, HookContext } from './run/checkpoints/module-hook.ts';
export type { ErrorCode } from './error-codes.ts';
export { RollgateError, type ErrorKind, type Place, type RollgateErrorOptions } from './errors.ts';
