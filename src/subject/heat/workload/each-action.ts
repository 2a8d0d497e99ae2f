import type { EventOf } from '../../../events/event.ts';
import { EACH_ACTION } from '../api/endings.ts';
import type { LifecycleKind, StackAction } from '../api/turns.ts';
import { allSince } from '../service/since.ts';

/** The methods of heat/rpc/client.py that cause a single action. */
const METHODS: Partial<Record<StackAction, string>> = {
  check: 'stack_check',
  suspend: 'stack_suspend',
  resume: 'stack_resume',
  snapshot: 'stack_snapshot',
  'delete-snapshot': 'delete_snapshot',
  restore: 'stack_restore',
  'mark-unhealthy': 'resource_mark_unhealthy',
  abandon: 'abandon_stack',
};
/** How many stacks of a kind begin at once: the broker chooses the engine. */
const SIDE_BY_SIDE = 2;
/** After this many times, an engine of the target has most probably taken each action. */
const MOST_TIMES = 4;
/** Since this version each action is one of convergence. */
const CONVERGENT = 26;

export interface EachActionOptions {
  /** The versions of base and target, if known. */
  readonly versions: readonly string[];
  /** Begins a stack, and resolves at its end. */
  readonly begin: (kind: LifecycleKind) => Promise<void>;
  /** Milliseconds since the start of the run. */
  readonly now: () => number;
}

/**
 * In the mixed state an engine of the target has to take each action on a stack, other than as a
 * refusal. The kinds at the load's rate are too few for that. Stacks are begun until it is so, or
 * for a few times.
 */
export class EachAction {
  readonly #options: EachActionOptions;
  /** When services reached the target. */
  readonly #swapped = new Map<string, number>();
  readonly #taken = new Set<string>();

  constructor(options: EachActionOptions) {
    this.#options = options;
  }

  /** @param service As `node1/heat-engine`. */
  swapped(service: string): void {
    this.#swapped.set(service, this.#options.now());
  }

  observed({ at, method, operation, to }: EventOf<'rpc-observed'>): void {
    const since = this.#swapped.get(`${to.node}/${to.service}`) ?? Infinity;
    // A call with an operation is one of those that are refused.
    if (operation === undefined && at >= since) this.#taken.add(method);
  }

  /** Begins stacks until each action was taken, or until the signal. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#kinds().map((kind) => this.#repeat(kind, signal)));
  }

  /** An engine of an older base must not undo a suspend or a snapshot of the target. */
  #kinds(): readonly LifecycleKind[] {
    const isConvergent = areConvergent(this.#options.versions);
    return EACH_ACTION.filter(({ turns }) => isConvergent || !turns.some(needsConvergence));
  }

  async #repeat(kind: LifecycleKind, signal: AbortSignal): Promise<void> {
    const methods = kind.turns.flatMap(({ action }) => METHODS[action] ?? []);
    for (let times = 0; times < MOST_TIMES && !signal.aborted; times += 1) {
      if (times > 0 && methods.every((method) => this.#taken.has(method))) return;
      const begun = Array.from({ length: SIDE_BY_SIDE }, () => this.#options.begin(kind));
      await Promise.all(begun);
    }
  }
}

/** Whether each action is one of convergence in all of these versions. */
export function areConvergent(versions: readonly string[]): boolean {
  return allSince(CONVERGENT, versions);
}

function needsConvergence({ action, due }: LifecycleKind['turns'][number]): boolean {
  if (due === 'CHECK_FAILED') return true;
  return ['suspend', 'resume', 'snapshot', 'delete-snapshot', 'restore'].includes(action);
}
