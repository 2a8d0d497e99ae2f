import type { SettledOutcome } from '../../../load/ledger.ts';
import type { StackStatus } from '../api/answers.ts';
import type { StackAction, StackTurn } from '../api/turns.ts';
import type { StackRecord } from '../database/records.ts';
import type { LivingStack, StackLifecycle } from './lifecycle/lifecycle.ts';

/** What is remembered of a stack. */
interface KnownStack {
  readonly id: string | undefined;
  readonly name: string;
  readonly accepted: readonly StackAction[];
  readonly outcome: SettledOutcome | undefined;
  /** For the next run on the same lab. */
  readonly living: LivingStack | undefined;
  /** Conditions on its rows in the database. */
  readonly record: StackRecord | undefined;
}

/** All stacks of one workload, with running and finished lifecycles. */
export class WorkloadStacks {
  readonly #going = new Map<string, StackLifecycle>();
  /**
   * By name, in the order of their beginning. A finished lifecycle would keep all that Heat said of
   * its stack.
   */
  readonly #all = new Map<string, StackLifecycle | KnownStack>();

  begun(lifecycle: StackLifecycle): void {
    this.#going.set(lifecycle.name, lifecycle);
    this.#all.set(lifecycle.name, lifecycle);
  }

  over(lifecycle: StackLifecycle): void {
    this.#going.delete(lifecycle.name);
    this.#all.set(lifecycle.name, known(lifecycle));
  }

  get going(): readonly StackLifecycle[] {
    return [...this.#going.values()];
  }

  /** Ids of the stacks with an operation that has not ended. */
  get awaited(): readonly string[] {
    return this.going.flatMap(({ id, progress: { pending } }) =>
      id === undefined || pending === undefined ? [] : [id],
    );
  }

  /** How many operations were accepted at a time or later, and have not ended. */
  underWaySince(since: number): number {
    return this.going.filter(
      ({ progress: { pending } }) => pending !== undefined && pending.acceptedAt >= since,
    ).length;
  }

  /** Gives each lifecycle its own stack from a list with all awaited stacks. */
  see(stacks: readonly StackStatus[], askedAt: number): void {
    const byId = new Map(stacks.map((stack) => [stack.id, stack]));
    for (const { id, progress } of this.going) {
      progress.see(id === undefined ? undefined : byId.get(id), askedAt);
    }
  }

  /** The stacks that the next run on the same lab continues. */
  get living(): readonly LivingStack[] {
    return this.#known.flatMap(({ living }) => living ?? []);
  }

  /** Ids of stacks whose last operation is stuck or got no answer. */
  get open(): readonly string[] {
    return this.#known.flatMap(({ id, outcome }) =>
      id !== undefined && outcome !== 'completed' && outcome !== 'failed' ? [id] : [],
    );
  }

  /** Stuck stacks, with the action that does not end. */
  get stuck(): readonly {
    readonly id: string;
    readonly name: string;
    readonly action: StackAction;
  }[] {
    return this.#known.flatMap(({ id, name, outcome, accepted }) => {
      const action = accepted.at(-1);
      return id === undefined || action === undefined || outcome !== 'stuck'
        ? []
        : [{ id, name, action }];
    });
  }

  /** Conditions on the database's rows of completed stacks. */
  get records(): readonly StackRecord[] {
    return this.#known.flatMap(({ record }) => record ?? []);
  }

  get #known(): readonly KnownStack[] {
    return [...this.#all.values()].map((one) => ('progress' in one ? known(one) : one));
  }
}

function known(lifecycle: StackLifecycle): KnownStack {
  const { id, name, accepted, progress, living } = lifecycle;
  return { id, name, accepted, outcome: progress.outcome, living, record: recordOf(lifecycle) };
}

function recordOf(lifecycle: StackLifecycle): StackRecord | undefined {
  const { id, formerId, name, accepted, progress, kind, blueprint } = lifecycle;
  if (id === undefined || progress.outcome !== 'completed') return undefined;
  const odd = kind.turns.flatMap(({ action, due, overtaken }) =>
    due === undefined && overtaken === undefined ? [] : [action],
  );
  const mayReplace = blueprint.custom !== undefined;
  const leavesTemplate = kind.turns.some(isUpdateThatStays);
  const { replaced = [], retained = [] } = blueprint;
  const overtakes = kind.turns.some(
    ({ overtaken }, index, turns) => overtaken === true && turns[index + 1]?.action === 'delete',
  );
  const outside = { replaced, retained: retained.length };
  return { id, formerId, name, accepted, odd, leavesTemplate, mayReplace, overtakes, ...outside };
}

/** An update that the next turn overtakes without going back to the state before it. */
function isUpdateThatStays(
  { action, overtaken }: StackTurn,
  index: number,
  turns: readonly StackTurn[],
): boolean {
  return action === 'update' && overtaken === true && turns[index + 1]?.action !== 'cancel';
}
