import type { LifecycleKind, ObjectTurn } from '../../workload/kinds.ts';
import type { ProvisionTarget } from '../api/api.ts';

/** The actions on a node, as named in the ledger; `create` enrols it. */
export type NodeAction = 'create' | 'manage' | 'provide' | 'deploy' | 'undeploy' | 'delete';

/** An action that moves a node from one provision state to another. */
export interface Transition {
  readonly target: ProvisionTarget;
  /** Its good end state. */
  readonly reaches: string;
  /** Its bad end states (ironic/common/states.py). */
  readonly fails: readonly string[];
}

/** The actions that a conductor carries out after the API has answered. */
export const TRANSITIONS: Readonly<Record<Exclude<NodeAction, 'create' | 'delete'>, Transition>> = {
  manage: { target: 'manage', reaches: 'manageable', fails: ['enroll'] },
  provide: { target: 'provide', reaches: 'available', fails: ['clean failed', 'manageable'] },
  deploy: { target: 'active', reaches: 'active', fails: ['deploy failed', 'error', 'available'] },
  undeploy: { target: 'deleted', reaches: 'available', fails: ['error', 'clean failed'] },
};

export type NodeKind = LifecycleKind<NodeAction>;

const ENROLLED: readonly ObjectTurn<NodeAction>[] = [
  { action: 'create' },
  { action: 'manage' },
  { action: 'provide' },
];

/** Lifecycles without a wait. */
export const WHOLE_LIFE: NodeKind = {
  name: 'whole-life',
  turns: [...ENROLLED, { action: 'deploy' }, { action: 'undeploy' }, { action: 'delete' }],
};

/** Begun one after the other. */
export const LIFECYCLE_KINDS: readonly NodeKind[] = [
  WHOLE_LIFE,
  {
    name: 'deployed-before',
    turns: [
      ...ENROLLED,
      { action: 'deploy' },
      { action: 'undeploy', afterSwaps: true },
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
