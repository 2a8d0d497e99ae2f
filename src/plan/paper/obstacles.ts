import type { Side } from '../../release/release.ts';
import {
  instanceName,
  readInstanceName,
  successorOf,
  type Role,
  type ServiceInstance,
} from '../../scenario/topology/topology.ts';
import { isOfLoad, type OfLoad, type SingleStep } from '../step.ts';
import type { LabState } from './lab-state.ts';

/** The problems of a step in a state of the lab, one phrase each. */
export interface Obstacles {
  readonly problems: readonly string[];
  /** Whether the object of the step exists. */
  readonly applies: boolean;
}

/** Why a step cannot be carried out. */
export function obstaclesOf(step: SingleStep, state: LabState): Obstacles {
  const missing = 'target' in step ? missingTarget(step, state) : undefined;
  return missing === undefined
    ? { problems: isOfLoad(step) ? [] : conflicts(step, state), applies: true }
    : { problems: [missing], applies: false };
}

type WithTarget = Extract<SingleStep, { readonly target: ServiceInstance }>;

/** The role in which the target of a step has to run; null: it only has to be in the lab. */
const RUNNING_AS = {
  stop: null,
  start: null,
  swap: null,
  fault: null,
  reload: null,
  surge: 'engine',
  drain: 'api',
  undrain: 'api',
  'move-api': 'api',
} as const satisfies Record<WithTarget['kind'], Role | null>;

function missingTarget(
  { kind, target }: Pick<WithTarget, 'kind' | 'target'>,
  { known, running }: LabState,
): string | undefined {
  const name = instanceName(target);
  if (!known.has(name)) {
    const nodes = new Set([...known].map((one) => readInstanceName(one)?.node));
    return nodes.has(target.node)
      ? `there is no service ${target.service} on node ${target.node}`
      : `there is no node ${target.node}`;
  }
  const role = RUNNING_AS[kind];
  if (role === null) return undefined;
  if (target.role !== role) return `${name} is an ${target.role}, and this is done to an ${role}`;
  return running.has(name) ? undefined : `${name} does not run`;
}

type Found = readonly string[];

function conflicts(step: Exclude<SingleStep, OfLoad>, state: LabState): Found {
  switch (step.kind) {
    case 'create-vhost':
      return when(state.vhosts.has(step.vhost), `the vhost ${step.vhost} exists already`);
    case 'stop':
      return notRunning(step.target, state);
    case 'start':
      return [...runningAlready(step.target, state), ...notReady(step.target, step, state)];
    case 'swap':
      return [...notRunning(step.target, state), ...notReady(step.target, step, state)];
    case 'surge': {
      const successor = successorOf(step.target);
      return [...runningAlready(successor, state), ...notReady(successor, step, state)];
    }
    case 'drain': {
      const name = instanceName(step.target);
      return when(state.drained.has(name), `${name} is out of rotation already`);
    }
    case 'undrain': {
      const name = instanceName(step.target);
      return when(!state.drained.has(name), `${name} is in rotation already`);
    }
    case 'reload': {
      const name = instanceName(step.target);
      const here = when(!state.running.has(name), `${name} does not run`);
      return [...here, ...noVhost(step.vhost, state)];
    }
    case 'move-api':
    case 'quiesce':
      return noVhost(step.vhost, state);
    case 'fault':
    case 'db-sync':
    case 'migrate-data':
    case 'pin':
    case 'unpin':
    case 'set-options':
    case 'swap-infrastructure':
    case 'infrastructure-task':
    case 'check':
    case 'script':
      return [];
    default:
      return step satisfies never;
  }
}

function notRunning(target: ServiceInstance, { running }: LabState): Found {
  const name = instanceName(target);
  return when(!running.has(name), `${name} does not run, it cannot be stopped`);
}

function runningAlready(target: ServiceInstance, { running }: LabState): Found {
  const name = instanceName(target);
  return when(running.has(name), `${name} runs already, it would be started twice`);
}

function notReady(
  target: ServiceInstance,
  { side, vhost }: { readonly side: Side; readonly vhost: string },
  state: LabState,
): Found {
  return [
    ...when(
      side === 'target' && !state.synced,
      `${instanceName(target)} would start at the target before the schema was synced with its code`,
    ),
    ...noVhost(vhost, state),
  ];
}

function noVhost(vhost: string, { vhosts }: LabState): Found {
  return when(!vhosts.has(vhost), `the vhost ${vhost} was not created`);
}

function when(condition: boolean, problem: string): Found {
  return condition ? [problem] : [];
}
