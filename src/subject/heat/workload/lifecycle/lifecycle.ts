import type { HttpResult } from '../../../../load/http/request.ts';
import { acceptedBy } from '../../../../load/ledger.ts';
import type { ParsedAnswer } from '../../../json-body.ts';
import type { LifecycleContext } from '../../../workload/object-lifecycle.ts';
import type { StackIdentity, StackStatus } from '../../api/answers.ts';
import type { HeatApi } from '../../api/api.ts';
import { parametersFor, type Blueprint, type Transport } from '../../api/template.ts';
import type { StackAction, LifecycleKind, StackTurn } from '../../api/turns.ts';
import { missedUpdate, sendChange } from './change.ts';
import { endsWithAnswer, removes } from './ends.ts';
import { signalOrphan, signalStack } from './guest.ts';
import { StackInspection, type SeenStack } from './inspection.ts';
import type { Likeness } from './likeness.ts';
import { StackProgress } from './progress.ts';
import type { Signaller } from './signal.ts';

/** The state of a stack at the end of a run, for the next run on the same lab. */
export interface LivingStack {
  readonly name: string;
  readonly id: string;
  readonly accepted: readonly StackAction[];
  /** How often its values were changed. */
  readonly values: number;
  readonly maker: string | undefined;
  readonly seen: SeenStack;
}

export interface LifecycleOptions extends LifecycleContext {
  readonly kind: LifecycleKind;
  readonly blueprint: Blueprint;
  readonly api: HeatApi;
  readonly signaller: Signaller;
  readonly likeness: Likeness;
  /** It already exists. */
  readonly living?: LivingStack | undefined;
  /** Whether another user deletes a stack with this status. Default: no other user does. */
  readonly isTaken?: ((stack: StackStatus) => boolean) | undefined;
  /** The server for an action. Default: the load balancer chooses. */
  readonly via?: ((action: StackAction) => string | undefined) | undefined;
}

/** Why a lifecycle is over before its last operation. */
class Over extends Error {}

/** How long an earlier action may keep a stack busy after its end. */
const BUSY_TRIES = 10;
const BUSY_PAUSE_MS = 1000;
/** An API may have several processes, and each may remember an answer. */
const LOOK_UPS = 2;
/** How often to ask whether an engine works on a stack. */
const BEGUN_LOOKS = 30;
const BEGUN_PAUSE_MS = 500;
/** How many snapshots of a busy stack are asked for, and how soon after the action's acceptance. */
const REFUSED_SNAPSHOTS = 8;
const REFUSED_WITHIN_MS = 3000;

/** One stack: created, changed and deleted according to its kind, and inspected in between. */
export class StackLifecycle {
  readonly name: string;
  /** The current operation, and its state in the API. */
  readonly progress: StackProgress;
  readonly #options: LifecycleOptions;
  readonly #inspection: StackInspection;
  readonly #accepted: StackAction[];
  #id: string | undefined;
  /** The stack that it was until it was abandoned, and its description. */
  #abandoned: { readonly id: string; readonly data: string } | undefined;
  #values: number;
  /** In its first snapshot. */
  #valueInSnapshot: number | undefined;
  #maker: string | undefined;
  readonly #takers = new Map<StackAction, string>();

  constructor(options: LifecycleOptions) {
    this.name = options.name;
    this.#options = options;
    const { isTaken, living } = options;
    this.#inspection = new StackInspection({ ...options, seen: living?.seen });
    this.progress = new StackProgress({
      ...options,
      identity: () => this.#identity(),
      isTaken: isTaken && ((stack) => !this.#accepted.some(removes) && isTaken(stack)),
    });
    this.#id = living?.id;
    this.#accepted = [...(living?.accepted ?? [])];
    this.#values = living?.values ?? 0;
    this.#maker = living?.maker;
  }

  /** The stack, if it still exists and all its actions were completed. */
  get living(): LivingStack | undefined {
    const [id, accepted] = [this.#id, this.#accepted];
    if (id === undefined || this.progress.outcome !== 'completed' || accepted.some(removes)) {
      return undefined;
    }
    const [values, maker, { seen }] = [this.#values, this.#maker, this.#inspection];
    return { name: this.name, id, accepted, values, maker, seen };
  }

  get id(): string | undefined {
    return this.#id;
  }
  /** The id that it had before it was abandoned and adopted. */
  get formerId(): string | undefined {
    return this.#abandoned?.id;
  }
  /** The accepted actions on it, in order. */
  get accepted(): readonly StackAction[] {
    return this.#accepted;
  }
  /** The server that took its creation. */
  get maker(): string | undefined {
    return this.#maker;
  }
  /** The server that took an action last, among the servers that named themselves. */
  get takers(): ReadonlyMap<StackAction, string> {
    return this.#takers;
  }
  get kind(): LifecycleKind {
    return this.#options.kind;
  }
  get blueprint(): Blueprint {
    return this.#options.blueprint;
  }

  /** @throws Any error that is not an answer of the API. */
  async run(): Promise<void> {
    const { kind, held, work } = this.#options;
    let released: Promise<void> | undefined;
    let overtakes = false;
    try {
      for (const turn of kind.turns) {
        if (turn.afterSwaps === true) {
          await (released ??= held());
          if (kind.turns.some(({ overtaken }) => overtaken)) {
            await this.#inspection.stays(this.#identity());
          }
        }
        const take = (): Promise<void> => this.#take(turn);
        // An overtaking operation does not wait for the previous one.
        await (overtakes ? take() : work(take));
        await this.#lookUp(turn.action);
        overtakes = turn.overtaken === true;
      }
    } catch (error) {
      if (!(error instanceof Over)) throw error;
    }
    const { signal } = this.blueprint;
    if (this.#id === undefined && signal !== undefined) {
      const wanted = (): boolean => !this.progress.isAbandoned;
      await signalOrphan(this.#options, { name: this.name, transport: signal, wanted });
    }
  }

  /** A stack is found by its name from its creation to its deletion. */
  async #lookUp(action: StackAction): Promise<void> {
    const { api, kind, mayAsk, record } = this.#options;
    if (kind.isLookedUp !== true || (action !== 'create' && action !== 'delete')) return;
    for (let looks = 0; looks < LOOK_UPS; looks += 1) {
      await mayAsk();
      const { result } = await api.find(this, action === 'create');
      record(result);
    }
  }

  async #take(turn: StackTurn): Promise<void> {
    for (let left = turn.untilOtherApi ?? 1; left > 0; left -= 1) {
      const taken = await this.#carryOut(turn);
      if (taken === undefined || turn.overtaken === true) return;
      if (turn.action === 'stop') await this.#until('quiet');
      if (turn.due !== undefined) await this.#inspection.ended(turn, this.#identity());
      if (turn.due !== undefined && turn.action !== 'failing-update') return;
      await this.#inspection.after(turn.action, this.#identity(), this.#due(turn.action));
      const snapshot = this.progress.snapshots.at(-1);
      if (turn.action === 'snapshot' && snapshot !== undefined) {
        await this.#inspection.snapshot(this.#identity(), snapshot);
      }
      if (taken.server !== this.#maker) return;
    }
  }

  /** The value that the stack's resources must carry after an action. */
  #due(action: StackAction): string {
    if (action === 'snapshot') this.#valueInSnapshot ??= this.#values;
    if (action === 'cancel' || action === 'failing-update') this.#values -= 1;
    return String(action === 'restore' ? this.#valueInSnapshot : this.#values);
  }

  /** @returns The server that took it; `undefined` for a cancellation that came too late. */
  async #carryOut({
    action,
    overtaken,
    refusesSnapshots,
    due,
  }: StackTurn): Promise<Pick<HttpResult, 'server'> | undefined> {
    const { progress } = this;
    progress.asked();
    const answer = await this.#request(action);
    if (answer === undefined) return undefined;
    const { result } = answer;
    const acceptedAt = this.#options.now();
    if (result.server !== undefined) this.#takers.set(action, result.server);
    const operation = this.#enter(action, result, acceptedAt);
    if (overtaken === true) {
      progress.overtaken(operation);
      await this.#until('begun');
      if (refusesSnapshots === true) await this.#askForSnapshots(acceptedAt);
      return result;
    }
    const ended = progress.awaitEnd({ operation, action, due, acceptedAt });
    if (endsWithAnswer(action)) progress.settle('completed', `${action}: ${result.status}`);
    const signalling =
      action === 'create' && this.blueprint.signal !== undefined
        ? this.#sendSignal(this.blueprint.signal)
        : undefined;
    const [outcome] = await Promise.all([ended, signalling]);
    if (outcome !== 'completed') throw new Over();
    return result;
  }

  /** Until an engine works on a resource, or until all are done with it. */
  async #until(wanted: 'begun' | 'quiet'): Promise<void> {
    const { api, mayAsk, pause, record } = this.#options;
    for (let looks = 0; looks < BEGUN_LOOKS && !this.progress.isAbandoned; looks += 1) {
      await mayAsk();
      const { result, value: resources } = await api.resources(this.#identity());
      record(result);
      const begun = resources?.some(({ status }) => status.endsWith('_IN_PROGRESS'));
      if (begun === (wanted === 'begun')) return;
      await pause(BEGUN_PAUSE_MS);
    }
  }

  /**
   * Requests that a busy stack refuses. There are several at once, so that most pairs of API and
   * engine get one. The load balancer chooses the API, the broker chooses the engine.
   */
  async #askForSnapshots(since: number): Promise<void> {
    const { api, mayAsk, now, record } = this.#options;
    await mayAsk();
    // On a slow machine the action may end before they arrive.
    if (now() - since > REFUSED_WITHIN_MS) return;
    const ask = async (): Promise<void> => {
      const { result } = await api.snapshotOfBusy(this.#identity(), `${this.name}-refused`);
      record(result);
    };
    await Promise.all(Array.from({ length: REFUSED_SNAPSHOTS }, ask));
  }

  /** Enters an accepted write in the ledger, as a separate operation. */
  #enter(action: StackAction | 'signal', result: HttpResult, acceptedAt: number): string {
    const number = this.#accepted.filter((before) => before === action).length + 1;
    const operation = `${this.name}/${action}${number === 1 ? '' : `.${number}`}`;
    if (action !== 'signal') this.#accepted.push(action);
    this.#options.ledger.accepted(
      acceptedBy(result, { operation, action, object: this.name, acceptedAt }),
    );
    return operation;
  }

  /**
   * Sends the request, again if another action still keeps the stack busy.
   * @returns `undefined` for a cancellation that came too late.
   * @throws Over if the API did not accept it.
   */
  async #request(action: StackAction): Promise<ParsedAnswer<unknown> | undefined> {
    const { mayAsk, record, pause } = this.#options;
    for (let tries = 1; !this.progress.isAbandoned; tries += 1) {
      await mayAsk();
      if (this.progress.isAbandoned) break;
      const answer = await this.#ask(action, tries < BUSY_TRIES);
      const missed =
        this.#id === undefined
          ? undefined
          : await missedUpdate(this.#options, this.#identity(), action, answer.result);
      if (missed !== undefined) {
        record({ ...answer.result, outcome: 'served' }, this.name);
        this.progress.endOvertaken('completed', missed.status);
        return undefined;
      }
      record(answer.result, this.name);
      if (action === 'abandon' && answer.value !== undefined) {
        this.#abandoned = { id: this.#identity().id, data: answer.result.body };
      }
      if (answer.value !== undefined) this.#inspection.answered(action, answer.result);
      if (answer.value !== undefined && !this.progress.isAbandoned) return answer;
      if (answer.result.outcome !== 'served') break;
      await pause(BUSY_PAUSE_MS);
    }
    throw new Over();
  }

  async #ask(action: StackAction, mayBeBusy: boolean): Promise<ParsedAnswer<unknown>> {
    const { blueprint, via } = this.#options;
    const api = this.#options.api.through(via?.(action));
    if (action === 'create') {
      const value = this.#nextValue();
      const parameters = blueprint.custom?.parameters ?? parametersFor(value);
      const answer = await api.create(this.name, blueprint.template, parameters, blueprint);
      this.#id = answer.value;
      this.#maker = answer.result.server;
      return answer;
    }
    if (action === 'adopt') {
      const answer = await api.adopt(this.name, this.#abandoned?.data ?? '', blueprint);
      if (answer.value !== undefined) this.#id = answer.value;
      return answer;
    }
    return sendChange(api, action, {
      stack: this.#identity(),
      blueprint,
      nextValue: () => this.#nextValue(),
      snapshot: this.progress.snapshots.at(action === 'restore' ? 0 : -1) ?? 'none',
      mayBeBusy,
    });
  }

  /** Signals the wait condition as soon as its handle exists, until the signal is accepted. */
  async #sendSignal(transport: Transport): Promise<void> {
    const { progress } = this;
    progress.signalIsDue();
    const { accepted, isUnanswered, isElsewhere } = await signalStack(this.#options, {
      stack: this.#identity(),
      transport,
      wanted: () => progress.pending !== undefined,
    });
    const isCleared = accepted !== undefined;
    if (transport === 'hook' && (isCleared || !isUnanswered)) {
      this.#inspection.hook(isCleared, progress.outcome);
    }
    if (progress.pending === undefined) return;
    // Without its signal a stack that waits cannot end: its outcome stays open.
    if (isElsewhere) progress.signalIsNotDue();
    else if (accepted === undefined) progress.abandon();
    else progress.signalled(this.#enter('signal', accepted, this.#options.now()));
  }

  #nextValue(): string {
    this.#values += 1;
    return String(this.#values);
  }

  #identity(): StackIdentity {
    if (this.#id === undefined) throw new Error(`${this.name} has no id yet: a bug`);
    return { name: this.name, id: this.#id };
  }
}
