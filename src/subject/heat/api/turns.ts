import type { LoadPlan } from '../../../plan/plan.ts';
import type { ShapeAction } from './shape.ts';
import { chainBlueprint, type Blueprint } from './template.ts';

/** The actions on a stack. */
export type StackAction =
  | 'create'
  /** All values are changed, in place. */
  | 'update'
  /** All values are changed, each in a new resource that replaces the old one. */
  | 'replace'
  /** The stack gets another definition: other resources, tags, files, environment, and time-out. */
  | ShapeAction
  | 'check'
  | 'suspend'
  | 'resume'
  | 'snapshot'
  | 'delete-snapshot'
  /** All values return to those in the stack's only snapshot. */
  | 'restore'
  /** The first link is marked; the next update replaces it. The answer ends the action. */
  | 'mark-unhealthy'
  /** It is marked as healthy again. The answer ends the action. */
  | 'mark-healthy'
  /** All values are changed, and the last resource fails at it. */
  | 'failing-update'
  /** The update under way is cancelled: all values return to those before it. */
  | 'cancel'
  /** The update under way is cancelled, and what it has changed stays. */
  | 'stop'
  /** Heat forgets the stack, and its resources stay. */
  | 'abandon'
  /** A new stack takes the resources of the abandoned one. */
  | 'adopt'
  | 'delete';

export interface StackTurn {
  readonly action: StackAction;
  /**
   * Held back until the last swap is done. Default: begun as soon as the previous action is
   * completed.
   */
  readonly afterSwaps?: true;
  /**
   * Repeated until an api other than the creating one took it, at most this many times in total.
   */
  readonly untilOtherApi?: number;
  /** The next turn does not wait for its end, only until an engine has begun it. */
  readonly overtaken?: true;
  /** While it is under way, requests for a snapshot are refused. */
  readonly refusesSnapshots?: true;
  /** The status in which the action has to end. Default: that of its completion. */
  readonly due?: DueEnd;
}

/** The ends of an action that has to fail. */
export type DueEnd = 'CREATE_FAILED' | 'ROLLBACK_COMPLETE' | 'UPDATE_FAILED' | 'CHECK_FAILED';

/** The life of a stack as data. */
export interface LifecycleKind {
  readonly name: string;
  readonly blueprint: (size: LoadPlan['workload']) => Blueprint;
  readonly turns: readonly StackTurn[];
  /** It is looked up by its name after its creation, and again after its deletion. */
  readonly isLookedUp?: true;
}

/** A turn that begins as soon as the previous one is completed. */
export const now = (action: StackAction): StackTurn => ({ action });
/** A turn that waits for the last swap. */
export const later = (action: StackAction): StackTurn => ({ action, afterSwaps: true });

/** A small chain of resources that take no time. */
export const brief = (): Blueprint => chainBlueprint({ length: 2, actionSeconds: 0 });

export function kind(
  name: string,
  blueprint: LifecycleKind['blueprint'],
  ...turns: readonly StackTurn[]
): LifecycleKind {
  return { name, blueprint, turns };
}

export function lookedUp(...all: Parameters<typeof kind>): LifecycleKind {
  return { ...kind(...all), isLookedUp: true };
}
