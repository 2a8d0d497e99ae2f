import type { LifecycleKind, ObjectTurn } from '../../workload/kinds.ts';
import type { PowerTarget, ProvisionTarget } from '../api/api.ts';

/** The actions on a node, as named in the ledger; `create` enrols it. */
export type NodeAction =
  | 'create'
  | 'manage'
  | 'inspect'
  | 'provide'
  | 'deploy'
  | 'power-off'
  | 'power-on'
  | 'rescue'
  | 'unrescue'
  | 'undeploy'
  | 'delete';

/** An action that moves a node from one provision state to another. */
export interface Transition {
  readonly target: ProvisionTarget;
  /** Its good end state. */
  readonly reaches: string;
  /** Its bad end states (ironic/common/states.py). */
  readonly fails: readonly string[];
}

/** The power state that an action requests. */
export const POWER = {
  'power-off': 'power off',
  'power-on': 'power on',
} as const satisfies Readonly<Record<string, PowerTarget>>;

/** The actions that a conductor carries out after the API has answered. */
export const TRANSITIONS: Readonly<
  Record<Exclude<NodeAction, 'create' | 'delete' | keyof typeof POWER>, Transition>
> = {
  manage: { target: 'manage', reaches: 'manageable', fails: ['enroll'] },
  inspect: { target: 'inspect', reaches: 'manageable', fails: ['inspect failed'] },
  provide: { target: 'provide', reaches: 'available', fails: ['clean failed', 'manageable'] },
  deploy: { target: 'active', reaches: 'active', fails: ['deploy failed', 'error', 'available'] },
  rescue: { target: 'rescue', reaches: 'rescue', fails: ['rescue failed', 'error'] },
  unrescue: { target: 'unrescue', reaches: 'active', fails: ['unrescue failed', 'error'] },
  undeploy: { target: 'deleted', reaches: 'available', fails: ['error', 'clean failed'] },
};

export type NodeKind = LifecycleKind<NodeAction>;

const ENROLLED: readonly ObjectTurn<NodeAction>[] = [
  { action: 'create' },
  { action: 'manage' },
  { action: 'inspect' },
  { action: 'provide' },
];

/** Lifecycles without a wait. */
export const WHOLE_LIFE: NodeKind = {
  name: 'whole-life',
  turns: [
    ...ENROLLED,
    { action: 'deploy' },
    { action: 'power-off' },
    { action: 'power-on' },
    { action: 'rescue' },
    { action: 'unrescue' },
    { action: 'undeploy' },
    { action: 'delete' },
  ],
};

/** Begun one after the other. */
export const LIFECYCLE_KINDS: readonly NodeKind[] = [
  WHOLE_LIFE,
  {
    name: 'deployed-before',
    turns: [
      ...ENROLLED,
      { action: 'deploy' },
      { action: 'power-off', afterSwaps: true },
      { action: 'power-on' },
      { action: 'undeploy' },
      { action: 'delete' },
    ],
  },
  {
    name: 'rescued-before',
    turns: [
      ...ENROLLED,
      { action: 'deploy' },
      { action: 'rescue' },
      { action: 'unrescue', afterSwaps: true },
      { action: 'undeploy' },
      { action: 'delete' },
    ],
  },
  {
    name: 'available-before',
    turns: [
      ...ENROLLED,
      { action: 'deploy', afterSwaps: true },
      { action: 'undeploy' },
      { action: 'delete' },
    ],
  },
];
