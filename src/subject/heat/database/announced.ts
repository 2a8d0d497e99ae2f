import type { Database } from '../../../infra/mysql.ts';
import type { StackAction } from '../api/turns.ts';

/** Events of a resource, by action. */
export interface EventCount {
  readonly stack: string;
  readonly resource: string;
  readonly type: string;
  readonly action: string;
  readonly begun: number;
  readonly done: number;
}

/** Events that a stack wrote about itself, by action. */
export interface OwnEvents {
  readonly stack: string;
  readonly action: string;
  readonly count: number;
}

/** A stack writes events of itself as if it were its own resource. */
export async function readOwnEvents(
  database: Pick<Database, 'query'>,
): Promise<readonly OwnEvents[]> {
  const rows = await database.query(
    'SELECT own_events.stack_id, resource_action, COUNT(*) FROM event own_events ' +
      'WHERE physical_resource_id <=> stack_id GROUP BY stack_id, resource_action',
  );
  return rows.map(([stack, action, count]) => ({
    stack: stack ?? '',
    action: action ?? '',
    count: Number(count),
  }));
}

/** The name of an action in events; others have no events of the stack, or not as often. */
const NAMES: Partial<Record<StackAction, string>> = {
  create: 'CREATE',
  update: 'UPDATE',
  replace: 'UPDATE',
  reshape: 'UPDATE',
  redefine: 'UPDATE',
  check: 'CHECK',
  suspend: 'SUSPEND',
  resume: 'RESUME',
  snapshot: 'SNAPSHOT',
  restore: 'RESTORE',
  delete: 'DELETE',
};
/** Actions that reach every resource of a stack. The second is judged by the first. */
const REACHING = new Map([
  ['SUSPEND', 'SUSPEND'],
  ['RESUME', 'SUSPEND'],
  ['CHECK', 'CHECK'],
]);
/** Its beginning, and its end. */
const EVENTS_EACH = 2;

export interface AnnouncedStack {
  readonly name: string;
  readonly id: string;
  readonly formerId?: string | undefined;
  readonly accepted: readonly StackAction[];
  /** Actions that were overtaken, or had to fail: their events may be others. */
  readonly odd?: readonly StackAction[] | undefined;
}

interface Events {
  readonly own: readonly OwnEvents[];
  readonly resources: readonly EventCount[];
}

interface Missing {
  /** Stacks that lack the same thing in the same way show that this release never writes it. */
  readonly of: string;
  readonly what: string | undefined;
}

/**
 * What is missing among the events of each stack. An action counts only if at least one stack has
 * all of its events: what a release never writes is not missing.
 */
export function missingEvents(
  stacks: readonly AnnouncedStack[],
  events: Events,
): ReadonlyMap<AnnouncedStack, readonly string[]> {
  const judged = new Map(
    stacks
      // An adopted stack has events under two ids.
      .filter(({ formerId }) => formerId === undefined)
      .map((stack) => [stack, [...ownOf(stack, events), ...reachedBy(stack, events)]] as const),
  );
  const written = new Set(
    [...judged.values()].flat().flatMap(({ of, what }) => (what === undefined ? [of] : [])),
  );
  return new Map(
    [...judged].map(([stack, all]) => [
      stack,
      all.flatMap(({ of, what }) => (what !== undefined && written.has(of) ? [what] : [])),
    ]),
  );
}

/** How often each action was asked for, by its name in events. */
function askedOf({ accepted, odd = [] }: AnnouncedStack): readonly (readonly [string, number])[] {
  const oddNames = new Set(odd.map((action) => NAMES[action]));
  const names = accepted.flatMap((action) => NAMES[action] ?? []);
  return [...Map.groupBy(names, (name) => name)]
    .filter(([name]) => !oddNames.has(name))
    .map(([name, all]) => [name, all.length] as const);
}

function ownOf(stack: AnnouncedStack, { own }: Events): readonly Missing[] {
  return askedOf(stack).map(([action, asked]) => {
    const count = own
      .filter((one) => one.stack === stack.id && one.action === action)
      .reduce((sum, one) => sum + one.count, 0);
    const due = EVENTS_EACH * asked;
    return {
      of: `stack ${action}`,
      what: count >= due ? undefined : `${count} of ${due} events of the stack for ${action}`,
    };
  });
}

function reachedBy(stack: AnnouncedStack, { resources }: Events): readonly Missing[] {
  const its = resources.filter((one) => one.stack === stack.id);
  const done = (resource: string, action: string): number =>
    its
      .filter((one) => one.resource === resource && one.action === action)
      .reduce((sum, one) => sum + one.done, 0);
  const made = its
    .filter(({ action }) => action === 'CREATE')
    .map(({ resource }) => resource)
    .toSorted();
  return askedOf(stack).flatMap(([action, asked]) => {
    const judgedBy = REACHING.get(action);
    if (judgedBy === undefined || made.length === 0) return [];
    const missed = made.filter((resource) => done(resource, action) < asked);
    const what = missed.length === 0 ? undefined : `${action} did not reach ${missed.join(', ')}`;
    return [{ of: `resources ${judgedBy}`, what }];
  });
}
