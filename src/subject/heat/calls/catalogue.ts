import { allSince } from '../service/since.ts';
import type { CallObjects, HeatCall } from './call.ts';
import { contentCalls } from './content-calls.ts';
import { dialectCalls } from './dialect-calls.ts';
import { leftOutCalls } from './left-out-calls.ts';
import { limitCalls } from './limit-calls.ts';
import { queryCalls } from './query-calls.ts';
import { refusalCalls } from './refusal-calls.ts';
import { roleCalls } from './role-calls.ts';
import { stackCalls } from './stack-calls.ts';

/**
 * Every call that a user can cause. Calls that change stacks are here only as refusals: they go to engines like
 * any other call and leave nothing behind. The workload sends the successful ones.
 */
export function heatCalls(objects: CallObjects): readonly HeatCall[] {
  return [
    stackCalls,
    contentCalls,
    queryCalls,
    dialectCalls,
    leftOutCalls,
    refusalCalls,
    limitCalls,
    roleCalls,
  ].flatMap((calls) => calls(objects));
}

/** Calls that are sent, and the names of those that a version answers in another way. */
export interface CallsBySince {
  readonly sent: readonly HeatCall[];
  readonly leftOut: readonly string[];
}

/** @param versions Of base and target. */
export function callsSince(calls: readonly HeatCall[], versions: readonly string[]): CallsBySince {
  const isSent = ({ since = 0 }: HeatCall): boolean => allSince(since, versions);
  const leftOut = calls.filter((call) => !isSent(call));
  return { sent: calls.filter(isSent), leftOut: leftOut.map(({ operation }) => operation) };
}

/**
 * Methods of heat/rpc/client.py that `heatCalls` does not cause, and why. No run shows whether old
 * and new understand each other in these methods.
 */
export const NOT_CALLED: Readonly<Record<string, string>> = {
  authenticated_to_backend: 'no service sends it',
  check_software_deployment: 'no service sends it',
  describe_stack_resources: 'only heat-api-cfn sends it',
  find_physical_resource: 'only heat-api-cfn sends it',
  migrate_convergence_1: 'only heat-manage sends it',
  signal_software_deployment: 'an engine sends it for a deployment resource, which needs a server',
};
