import type { Side } from '../../release/release.ts';
import {
  instanceName,
  readInstanceName,
  successorOf,
  type Role,
  type ServiceInstance,
} from '../../scenario/topology/topology.ts';
import type { SingleStep, StepOf } from '../step.ts';
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
    ? { problems: conflicts(step, state), applies: true }
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

type ConflictTexts = readonly string[];
type StepKind = SingleStep['kind'];
type Conflicts<K extends StepKind> = (step: StepOf<K>, state: LabState) => ConflictTexts;

function conflicts<K extends StepKind>(step: StepOf<K>, state: LabState): ConflictTexts {
  const found: Conflicts<K> = CONFLICTS[step.kind];
  return found(step, state);
}

const NONE = (): ConflictTexts => [];

const CONFLICTS: { readonly [K in StepKind]: Conflicts<K> } = {
  'db-sync': NONE,
  'migrate-data': NONE,
  pin: NONE,
  unpin: NONE,
  'create-vhost': ({ vhost }, { vhosts }) =>
    when(vhosts.has(vhost), `the vhost ${vhost} exists already`),
  'set-options': NONE,

  stop: ({ target }, state) => notRunning(target, state),
  start: (step, state) => [
    ...runningAlready(step.target, state),
    ...notReady(step.target, step, state),
  ],
  swap: (step, state) => [...notRunning(step.target, state), ...notReady(step.target, step, state)],
  surge: (step, state) => {
    const successor = successorOf(step.target);
    return [...runningAlready(successor, state), ...notReady(successor, step, state)];
  },
  drain: ({ target }, { drained }) => {
    const name = instanceName(target);
    return when(drained.has(name), `${name} is out of rotation already`);
  },
  undrain: ({ target }, { drained }) => {
    const name = instanceName(target);
    return when(!drained.has(name), `${name} is in rotation already`);
  },
  'move-api': ({ vhost }, state) => noVhost(vhost, state),
  reload: ({ target, vhost }, state) => {
    const name = instanceName(target);
    return [...when(!state.running.has(name), `${name} does not run`), ...noVhost(vhost, state)];
  },
  quiesce: ({ vhost }, state) => noVhost(vhost, state),
  'swap-infrastructure': NONE,
  'infrastructure-task': NONE,

  fault: NONE,
  check: NONE,
  script: NONE,

  'try-stop': NONE,
  'start-load': NONE,
  release: NONE,
  'stop-workload': NONE,
  hold: NONE,
  settle: NONE,
  revive: NONE,
  'stop-load': NONE,
};

function notRunning(target: ServiceInstance, { running }: LabState): ConflictTexts {
  const name = instanceName(target);
  return when(!running.has(name), `${name} does not run, it cannot be stopped`);
}

function runningAlready(target: ServiceInstance, { running }: LabState): ConflictTexts {
  const name = instanceName(target);
  return when(running.has(name), `${name} runs already, it would be started twice`);
}

function notReady(
  target: ServiceInstance,
  { side, vhost }: { readonly side: Side; readonly vhost: string },
  state: LabState,
): ConflictTexts {
  return [
    ...when(
      side === 'target' && !state.synced,
      `${instanceName(target)} would start at the target before the schema was synced with its code`,
    ),
    ...noVhost(vhost, state),
  ];
}

function noVhost(vhost: string, { vhosts }: LabState): ConflictTexts {
  return when(!vhosts.has(vhost), `the vhost ${vhost} was not created`);
}

function when(condition: boolean, problem: string): ConflictTexts {
  return condition ? [problem] : [];
}
