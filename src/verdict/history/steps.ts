import type { EventOf, RunEvent } from '../../events/event.ts';
import type { NodeName } from '../../scenario/topology/topology.ts';
import { MARK } from '../../words.ts';
import type { Verdict } from '../schema/verdict.ts';

type StepError = NonNullable<EventOf<'step-finished'>['error']>;

/** A step of the plan and when it was carried out (milliseconds since the start of the run). */
export interface StepInterval {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly stage: string;
  readonly node: NodeName | null;
  readonly from: number | null;
  readonly to: number | null;
  readonly status: Verdict['steps'][number]['status'];
  readonly seconds: number | null;
  readonly error: StepError | null;
}

export interface Steps {
  /** In the plan's order. */
  readonly all: readonly StepInterval[];
  /**
   * The step of an instant: the innermost one in progress. Among parallel steps, the one on `node`,
   * otherwise the one that began last. Between two steps the earlier one counts, because
   * observations between steps are its effects.
   */
  at(instant: number, node?: string | null): StepInterval | undefined;
}

/** The steps of a run: the plan's, with the details of their events. */
export function readSteps(events: readonly RunEvent[]): Steps {
  const steps = new Map<string, StepInterval>();
  for (const event of events) {
    for (const step of stepsOf(event, steps)) steps.set(step.id, step);
  }
  // An unplanned step comes after the step that asked for it.
  const all = [...steps.values()].toSorted(inOrder);
  // A script's calls are more exact than its marks; a watch has only marks.
  const isWatched = events.some((event) => event.type === 'run-started' && event.watched);
  const exact = isWatched ? all : all.filter(({ kind }) => kind !== MARK);
  return { all, at: (instant, node) => stepAt(exact, instant, node ?? null) };
}

/** The steps that an event is about, as they are after it. */
function stepsOf(
  event: RunEvent,
  steps: ReadonlyMap<string, StepInterval>,
): readonly StepInterval[] {
  if (event.type === 'run-started') {
    return event.stages.flatMap((stage) =>
      stage.steps.map(({ id, name, kind, node }) => ({
        ...unplanned(id),
        name,
        kind,
        stage: stage.name,
        node: node ?? null,
      })),
    );
  }
  if (event.type === 'step-started') {
    const asked = { ...event.what, node: event.what?.node ?? null };
    const step = steps.get(event.step) ?? { ...unplanned(event.step), ...asked };
    return [{ ...step, from: event.at, status: 'unfinished' }];
  }
  if (event.type === 'step-finished') {
    const step = steps.get(event.step) ?? unplanned(event.step);
    const { at: to, status, seconds, error = null } = event;
    const from = step.from ?? to - seconds * 1000;
    return [{ ...step, from, to, status, seconds, error }];
  }
  return [];
}

function unplanned(id: string): StepInterval {
  return {
    id,
    name: id,
    kind: 'unknown',
    stage: '',
    node: null,
    from: null,
    to: null,
    status: 'not-started',
    seconds: null,
    error: null,
  };
}

function inOrder(one: StepInterval, other: StepInterval): number {
  return one.id.localeCompare(other.id, 'en', { numeric: true });
}

function stepAt(
  all: readonly StepInterval[],
  instant: number,
  node: NodeName | null,
): StepInterval | undefined {
  const begun = all.filter((step) => step.from !== null && step.from <= instant);
  const underWay = begun.filter((step) => step.to === null || step.to > instant);
  if (underWay.length > 0) {
    return best(underWay, (step) => [sameNode(step, node), step.from ?? 0]);
  }
  return best(begun, (step) => [step.to ?? 0, sameNode(step, node)]);
}

function sameNode(step: StepInterval, node: NodeName | null): number {
  return node !== null && step.node === node ? 1 : 0;
}

/**
 * The step with the greatest ranks, compared from left to right. Among equals, the later one in the
 * plan: the parts of a step come after it.
 */
function best(
  steps: readonly StepInterval[],
  ranks: (step: StepInterval) => readonly number[],
): StepInterval | undefined {
  return steps.reduce<StepInterval | undefined>((champion, step) => {
    if (champion === undefined) return step;
    const mine = ranks(step);
    const theirs = ranks(champion);
    const differs = mine.findIndex((rank, index) => rank !== theirs[index]);
    if (differs === -1) return step;
    return (mine[differs] ?? 0) > (theirs[differs] ?? 0) ? step : champion;
  }, undefined);
}
