import type { Clock } from '../../../load/clock.ts';
import type { WorkloadContext } from '../../load.ts';
import type { StackStatus } from '../api/answers.ts';
import type { HeatApi } from '../api/api.ts';
import { survivor } from '../api/kinds.ts';
import type { LifecycleKind } from '../api/turns.ts';
import { HeatLegacy } from './legacy.ts';
import { StackLifecycle, type LifecycleOptions } from './lifecycle/lifecycle.ts';
import { Likeness } from './lifecycle/likeness.ts';
import type { Signaller } from './lifecycle/signal.ts';
import type { WorkloadStacks } from './stacks.ts';
import { PREFIX } from './standing.ts';

/** Stacks that live through a chain of upgrades. */
const SURVIVORS = 4;

/** Options that the lifecycles of one workload share. */
export interface StacksOptions {
  readonly api: HeatApi;
  readonly signaller: Signaller;
  readonly context: WorkloadContext;
  readonly clock: Clock;
  /** Prefix of every stack's name. Default: `rollgate`. */
  readonly prefix?: string;
  /** Whether another user deletes a stack with this status. Default: no other user does. */
  readonly isTaken?: (stack: StackStatus) => boolean;
}

export interface StarterOptions
  extends StacksOptions, Pick<LifecycleOptions, 'record' | 'held' | 'work'> {
  /** Gets every lifecycle that starts. */
  readonly stacks: WorkloadStacks;
  /** Aborted when no lifecycle may wait any longer. */
  readonly over: AbortSignal;
}

/** A lifecycle that has started. */
export interface StartedLifecycle {
  readonly lifecycle: StackLifecycle;
  readonly ended: Promise<void>;
}

/** Names and starts the lifecycles of one run, and continues stacks of the previous run. */
export class LifecycleStarter {
  readonly #options: StarterOptions;
  readonly #likeness = new Likeness();

  constructor(options: StarterOptions) {
    this.#options = options;
    // In a cloud that others use too, the time at which the target starts is unknown.
    if (options.isTaken !== undefined) this.#likeness.close();
  }

  start(
    number: string,
    kind: LifecycleKind,
    { living, via }: Pick<LifecycleOptions, 'living' | 'via'> = {},
  ): StartedLifecycle {
    const { api, clock, context, held, isTaken, over, record, signaller, stacks, work } =
      this.#options;
    const lifecycle = new StackLifecycle({
      name: living?.name ?? `${this.#prefix}-${number}-${kind.name}`,
      living,
      via,
      isTaken,
      kind,
      blueprint: kind.blueprint(context.plan.workload),
      api,
      signaller,
      likeness: this.#likeness,
      ledger: context.ledger,
      emit: context.emit,
      now: context.now,
      pause: (milliseconds) => clock.sleepUntil(clock.now() + milliseconds, over),
      record,
      mayAsk: () => context.standstill.over(over),
      held,
      work,
    });
    stacks.begun(lifecycle);
    const ended = lifecycle.run().then(() => stacks.over(lifecycle));
    return { lifecycle, ended };
  }

  /** From now on, the target may be the cause of a difference. */
  targetStarts(): void {
    this.#likeness.close();
  }

  /** Starts the stacks that live through a chain of upgrades, if this run is part of one. */
  startSurvivors(): readonly StartedLifecycle[] {
    const { link } = this.#options.context;
    if (link === undefined) return [];
    const before = this.#before?.living;
    const ends = { first: before === undefined, last: link.last };
    const living = before ?? Array.from({ length: SURVIVORS }, () => undefined);
    return living.map((one, index) =>
      this.start(`s${index}`, survivor(index, ends), { living: one }),
    );
  }

  /** The stacks that this run leaves to the next run on the same lab. */
  get legacy(): HeatLegacy {
    const { living } = this.#options.stacks;
    return new HeatLegacy(living, this.open, (this.#before?.runs ?? 0) + 1);
  }

  /**
   * Ids of stacks whose last operation is stuck or got no answer, in this run and previous ones.
   */
  get open(): readonly string[] {
    return [...(this.#before?.broken ?? []), ...this.#options.stacks.open];
  }

  /** Stacks of an earlier run keep their names, so a later run needs another prefix. */
  get #prefix(): string {
    const { context, prefix = PREFIX } = this.#options;
    const before = this.#before;
    return `${prefix}-${context.seed}${before === undefined ? '' : `-${before.runs}`}`;
  }

  get #before(): HeatLegacy | undefined {
    const legacy = this.#options.context.link?.legacy;
    return legacy instanceof HeatLegacy ? legacy : undefined;
  }
}
