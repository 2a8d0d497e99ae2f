import { basename } from 'node:path';
import type { CheckSpec, Phase, Point } from '../../scenario/own-files/checkpoint.ts';

type GrenadeCheck = Extract<CheckSpec, { check: 'grenade' }>;

/** A check in a plan. Each of grenade's phases is a separate step. */
export type PlannedCheck =
  | Exclude<CheckSpec, GrenadeCheck>
  | (Omit<GrenadeCheck, 'phases'> & { readonly phase: Phase });

/** Inspects the lab, or sends it requests; it changes nothing in the plan. */
export interface CheckAction {
  readonly kind: 'check';
  readonly point: Point;
  /** After which nodes, for `after-node`. */
  readonly nodes: readonly string[];
  readonly check: PlannedCheck;
}

/** One line for a person, e.g. `check after node1: tempest smoke.txt`. */
export function checkName({ point, nodes, check }: CheckAction): string {
  const when = point === 'after-node' ? `after ${nodes.join(', ')}` : WHEN[point];
  const otherwise = check.onFailure === 'warn' ? ', which only warns' : '';
  return `check ${when}: ${whatOf(check)}${otherwise}`;
}

const WHEN = {
  before: 'before the upgrade',
  mixed: 'in the mixed state',
  after: 'after the upgrade',
  'after-rollback': 'after the rollback',
} as const satisfies Record<Exclude<Point, 'after-node'>, string>;

function whatOf(check: PlannedCheck): string {
  switch (check.check) {
    case 'hook':
      return `hook ${basename(check.run)}${check.as === 'administrator' ? ' as administrator' : ''}`;
    case 'burst':
      return `burst of ${check.stacks}`;
    case 'tempest':
      return `Tempest, ${basename(check.list)}, ${check.concurrency} at a time`;
    case 'grenade':
      return `grenade's ${check.phase} by ${basename(check.resources)}`;
  }
}
