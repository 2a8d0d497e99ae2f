import type { RunEvent } from '../../events/event.ts';
import type { Mixed } from '../schema/verdict.ts';
import { readFaults } from './faults.ts';
import { without, type Interval } from './interval.ts';
import type { Services } from './services/services.ts';
import type { StepInterval, Steps } from './steps.ts';

/**
 * The times of a run that are compared with each other. Each is a list. Times of a fault, of a
 * check and of resumed objects are excluded, because they slow requests down.
 */
export interface Windows {
  /** Normal operation of the base: the load runs, and nothing has been changed yet. */
  readonly baseline: readonly Interval[];
  /**
   * All the time in which the upgrade cannot be the cause of anything: the baseline, and a migration
   * that finds nothing to do.
   */
  readonly untouched: readonly Interval[];
  /** Base and target side by side. */
  readonly mixed: readonly Interval[];
  /**
   * The whole upgrade. It begins with the first step that changes anything (for example the
   * schema). It ends when the last replaced service serves and the mixed state is over. It includes
   * the mixed state and times with a missing service.
   */
  readonly upgrade: readonly Interval[];
  /** Normal operation of the target: everything is swapped, and the load is still complete. */
  readonly after: readonly Interval[];
}

/** Steps that leave the subject as it is. */
const HARMLESS_STEPS: readonly string[] = ['start-load', 'hold'];
/** Steps that add load themselves: a check, and the resumption of all held-back objects. */
const APART: readonly string[] = ['check', 'release'];
/** The step from which on the load is no longer complete. */
const LOAD_EASES = 'stop-workload';

/** The times of a run that thresholds and comparisons refer to: baseline, mixed, upgrade, after. */
export function readWindows(
  events: readonly RunEvent[],
  steps: Steps,
  services: Services,
  {
    mixed,
    silences,
    endAt,
  }: {
    readonly mixed: Mixed;
    /** When the load was paused. */
    readonly silences: readonly Interval[];
    readonly endAt: number;
  },
): Windows {
  const { firstSwapAt, lastSwapAt } = services;
  const beforeAllBut = (harmless: readonly string[]): number =>
    Math.min(
      endAt,
      firstSwapAt ?? endAt,
      ...steps.all.flatMap(({ kind, from }) =>
        from === null || harmless.includes(kind) ? [] : [from],
      ),
    );
  const baselineTo = beforeAllBut(HARMLESS_STEPS);
  const untouchedTo = movesSchema(events)
    ? baselineTo
    : beforeAllBut([...HARMLESS_STEPS, 'db-sync']);
  const easesAt = steps.all.find(({ kind }) => kind === LOAD_EASES)?.from ?? endAt;
  const upgradeTo =
    lastSwapAt === null ? null : Math.max(lastSwapAt, ...mixed.intervals.map(({ to }) => to));
  const apart = [
    ...silences,
    ...readFaults(events, endAt),
    ...steps.all.flatMap((step) => apartFrom(step, endAt)),
  ];
  const clear = (from: number | null, to: number | null): readonly Interval[] =>
    from === null || to === null || from >= to ? [] : without([{ from, to }], apart);
  return {
    baseline: clear(0, baselineTo),
    untouched: clear(0, untouchedTo),
    mixed: without(mixed.intervals, apart),
    upgrade: clear(firstSwapAt === null ? null : baselineTo, upgradeTo),
    after: clear(upgradeTo, easesAt),
  };
}

/** Whether the migration changes the schema, or did not end. */
function movesSchema(events: readonly RunEvent[]): boolean {
  const seen = events.filter((event) => event.type === 'schema-seen');
  const of = (side: string): string | undefined =>
    seen.find(({ release }) => release === side)?.revision;
  return of('base') === undefined || of('base') !== of('target');
}

function apartFrom({ kind, from, to }: StepInterval, endAt: number): readonly Interval[] {
  return APART.includes(kind) && from !== null ? [{ from, to: to ?? endAt }] : [];
}
