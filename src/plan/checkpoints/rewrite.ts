import { RollgateError } from '../../errors.ts';
import type { Checkpoints, CheckSpec, Point } from '../../scenario/own-files/checkpoint.ts';
import { instanceName, type Topology } from '../../scenario/topology/topology.ts';
import type { Draft, DraftStage } from '../draft.ts';
import type { CheckAction, PlannedCheck } from './check.ts';
import { SidesOnPaper } from './sides.ts';

/**
 * The stages with a scenario's checks in them. The places of checks depend on the effects of steps,
 * not on the choreography's name, so they work with every choreography.
 *
 * @throws RollgateError `invalid-plan` for checks at a point that the plan never reaches.
 */
export function withCheckpoints(
  stages: readonly DraftStage[],
  checkpoints: Checkpoints,
  topology: Topology,
): readonly DraftStage[] {
  const places = findInsertionPoints(stages, topology);
  const drafts = (point: Point, nodes: readonly string[] = []): readonly CheckAction[] =>
    checkpoints[point]
      .flatMap(expanded)
      .map((check) => ({ kind: 'check', point, nodes, check }) as const);
  const scripted = stages.some(({ steps }) => steps.some(({ kind }) => kind === 'script'));
  for (const point of ON_THE_WAY) {
    if (
      !scripted &&
      checkpoints[point].length > 0 &&
      !places.some((place) => place.point === point)
    ) {
      throw neverThere(point);
    }
  }
  /** Only a script knows when it reaches them. */
  const withChecks = (draft: Draft): Draft =>
    draft.kind === 'script'
      ? { ...draft, checks: ON_THE_WAY.flatMap((point) => drafts(point)) }
      : draft;
  return stages.map(({ name, steps }, stage) => {
    const behind = (step: number): readonly Draft[] =>
      places
        .filter((place) => place.stage === stage && place.step === step)
        .flatMap(({ point, nodes }) => drafts(point, nodes));
    return {
      name,
      steps: [...behind(-1), ...steps.flatMap((one, at) => [withChecks(one), ...behind(at)])],
    };
  });
}

const ON_THE_WAY = ['after-node', 'mixed', 'after-rollback'] as const;

/** After a step of a stage; -1: before the first. */
interface InsertionPoint {
  readonly point: Point;
  readonly stage: number;
  readonly step: number;
  readonly nodes: readonly string[];
}

function findInsertionPoints(
  stages: readonly DraftStage[],
  topology: Topology,
): readonly InsertionPoint[] {
  const sides = new SidesOnPaper(topology);
  const places: InsertionPoint[] = [];
  const done = new Set<string>();
  let firstMixed: InsertionPoint | undefined;
  let rolledBack: InsertionPoint | undefined;
  for (const [stage, { name, steps }] of stages.entries()) {
    for (const [step, draft] of steps.entries()) {
      const here = { stage, step, nodes: [] };
      const { broughtBack } = sides.take(draft);
      const nodes = topology.nodes
        .filter((node) => !done.has(node.name) && sides.done(node.services.map(instanceName)))
        .map((node) => node.name);
      for (const node of nodes) done.add(node);
      if (nodes.length > 0) places.push({ ...here, point: 'after-node', nodes });
      if (sides.mixed) firstMixed ??= { ...here, point: 'mixed' };
      if (broughtBack) rolledBack = { ...here, point: 'after-rollback' };
    }
    const last = { stage, step: steps.length - 1, nodes: [] };
    if (name === 'baseline') places.push({ ...last, point: 'before' });
    if (name === 'mixed' && steps.length > 0) places.push({ ...last, point: 'mixed' });
    if (name === 'after') places.push({ ...last, step: -1, point: 'after' });
  }
  if (firstMixed !== undefined && !places.some(({ point }) => point === 'mixed')) {
    places.push(firstMixed);
  }
  return rolledBack === undefined ? places : [...places, rolledBack];
}

function expanded(check: CheckSpec): readonly PlannedCheck[] {
  if (check.check !== 'grenade') return [check];
  const { phases, ...rest } = check;
  return phases.map((phase) => ({ ...rest, phase }));
}

const NEVER = {
  mixed: 'base and target never run side by side in it',
  'after-node': 'it brings no node to the target',
  'after-rollback': 'it brings no service back to the base',
} as const;

function neverThere(point: keyof typeof NEVER): RollgateError {
  return new RollgateError('invalid-plan', `the plan has no checkpoint ${point}: ${NEVER[point]}`, {
    kind: 'usage',
    hint: `Take the checks at checkpoints.${point} out, or choose another choreography.`,
  });
}
