import type { EventSink } from '../../../../events/event.ts';
import type { HttpResult } from '../../../../load/http-client.ts';
import type { Ledger, SettledOutcome, Settlement } from '../../../../load/ledger.ts';
import type { Answer, HeatApi } from '../../api/api.ts';
import type { Snapshot, StackIdentity, StackStatus } from '../../api/answers.ts';
import type { StackAction, LifecycleKind, Turn } from '../../api/kinds.ts';
import { parametersFor, type Blueprint, type Transport } from '../../api/template.ts';
import { sendChange } from './change.ts';
import { changesSnapshot, endOfSnapshot, endOfStack, endsWithAnswer } from './ends.ts';
import { signalOrphan, signalStack } from './guest.ts';
import { StackInspection, type Seen } from './inspection.ts';
import type { Signaller } from './signal.ts';

/** A stack as a run left it, for the next one on the same lab. */
export interface LivingStack {
  readonly name: string;
  readonly id: string;
  readonly accepted: readonly StackAction[];
  /** How often its values were changed. */
  readonly values: number;
  readonly maker: string | undefined;
  readonly seen: Seen;
}

export interface LifecycleOptions {
  readonly name: string;
  readonly kind: LifecycleKind;
  readonly blueprint: Blueprint;
  readonly api: HeatApi;
  readonly signaller: Signaller;
  readonly ledger: Ledger;
  readonly emit: EventSink;
  /** Milliseconds since the start of the run. */
  readonly now: () => number;
  /** Waits so long, or until the run ends. */
  readonly pause: (milliseconds: number) => Promise<void>;
  /** @param object Whose change the request asked for. */
  readonly record: (result: HttpResult, object?: string) => void;
  /** Resolves when something new may be asked for, or the run ends. */
  readonly mayAsk: () => Promise<void>;
  /** Resolves when what is done after the swaps may begin. */
  readonly held: () => Promise<void>;
  /** Does a turn, as soon as it may begin. */
  readonly work: (turn: () => Promise<void>) => Promise<void>;
  /** It is there already. */
  readonly living?: LivingStack | undefined;
  /** Whether others delete a stack that shows this. Default: no one else does. */
  readonly isTaken?: ((stack: StackStatus) => boolean) | undefined;
  /** The server that an action is sent to. Default: the load balancer chooses. */
  readonly via?: ((action: StackAction) => string | undefined) | undefined;
}

/** An accepted operation whose end is awaited. */
export interface Pending {
  readonly operation: string;
  readonly action: StackAction;
  /** When its request was answered, in milliseconds since the start of the run. */
  readonly acceptedAt: number;
}

/** Why a lifecycle is over before its last operation. */
class Over extends Error {}

/** How long what was done before may keep a stack busy beyond its own end. */
const BUSY_TRIES = 10;
const BUSY_PAUSE_MS = 1000;
/** How often it is asked whether an engine has begun what is to be overtaken. */
const BEGUN_LOOKS = 30;
const BEGUN_PAUSE_MS = 500;

/** One stack: created, changed, deleted as its kind says, and looked at in between. */
export class StackLifecycle {
  readonly name: string;
  readonly #options: LifecycleOptions;
  readonly #inspection: StackInspection;
  readonly #accepted: StackAction[];
  #id: string | undefined;
  #status: StackStatus | undefined;
  #pending: (Pending & { readonly end: (how: SettledOutcome | 'abandoned') => void }) | undefined;
  /** When the newest status was asked for: answers may overtake each other. */
  #seenAt = 0;
  #abandoned = false;
  #outcome: SettledOutcome | undefined;
  /** The signal that a wait condition of it waits for: still to be sent, or its operation. */
  #signal: 'due' | { readonly operation: string } | undefined;
  /** The operation that a list showed as failed, once. */
  #failedOnce: string | undefined;
  /** Operations that the next one did not wait for: they end with it. */
  #overtaken: string[] = [];
  #snapshot: string | undefined;
  #asking: Promise<void> | undefined;
  #missing: Promise<unknown> | undefined;
  #values: number;
  #valueInSnapshot: number | undefined;
  #maker: string | undefined;
  readonly #takers = new Map<StackAction, string>();

  constructor(options: LifecycleOptions) {
    this.name = options.name;
    this.#options = options;
    const { living } = options;
    this.#inspection = new StackInspection({ ...options, seen: living?.seen });
    this.#id = living?.id;
    this.#accepted = [...(living?.accepted ?? [])];
    this.#values = living?.values ?? 0;
    this.#maker = living?.maker;
  }

  /** The stack, if it lives and all that was asked of it was done. */
  get living(): LivingStack | undefined {
    const [id, accepted] = [this.#id, this.#accepted];
    if (id === undefined || this.#outcome !== 'completed' || accepted.includes('delete')) {
      return undefined;
    }
    const [values, maker, { seen }] = [this.#values, this.#maker, this.#inspection];
    return { name: this.name, id, accepted, values, maker, seen };
  }

  get id(): string | undefined {
    return this.#id;
  }
  get pending(): Pending | undefined {
    return this.#pending;
  }
  get status(): StackStatus | undefined {
    return this.#status;
  }
  /** What the API took of it, in order. */
  get accepted(): readonly StackAction[] {
    return this.#accepted;
  }
  /** The last operation's; `undefined` as long as that is under way, or where it got no answer. */
  get outcome(): SettledOutcome | undefined {
    return this.#outcome;
  }
  /** The server that took its creation. */
  get maker(): string | undefined {
    return this.#maker;
  }
  /** The server that took an action last, of those that said who they are. */
  get takers(): ReadonlyMap<StackAction, string> {
    return this.#takers;
  }
  /** It stands still because no signal was sent yet, which is not Heat's fault. */
  get awaitsSignal(): boolean {
    return this.#signal === 'due';
  }
  get kind(): LifecycleKind {
    return this.#options.kind;
  }
  get blueprint(): Blueprint {
    return this.#options.blueprint;
  }

  /** @throws Whatever is no answer of the API. */
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
        // What overtakes another operation is not kept from it.
        await (overtakes ? take() : work(take));
        overtakes = turn.overtaken === true;
      }
    } catch (error) {
      if (!(error instanceof Over)) throw error;
    }
    const { signal } = this.blueprint;
    if (this.#id === undefined && signal !== undefined) {
      const wanted = (): boolean => !this.#abandoned;
      await signalOrphan(this.#options, { name: this.name, transport: signal, wanted });
    }
  }

  /**
   * Takes what a list said that was asked for at `askedAt`; `undefined` where the list does not
   * have the stack. A list that was asked for before the operation was accepted says nothing.
   */
  see(status: StackStatus | undefined, askedAt: number): void {
    const pending = this.#pending;
    if (pending === undefined || askedAt < Math.max(pending.acceptedAt, this.#seenAt)) return;
    this.#seenAt = askedAt;
    if (status !== undefined) this.#status = status;
    if (status === undefined) this.#missed(pending);
    else if (this.#isTaken(status)) return this.abandon();
    const end = endOfStack(pending.action, status);
    if (end === undefined) return;
    if (end.outcome === 'failed' && this.#mayBeTaken(pending)) return;
    this.settle(end.outcome, end.status);
  }

  /**
   * Where others may delete stacks, a failure has to be seen twice: Heat shows a stack as failed for
   * a moment when its action is cut off by a delete (heat/engine/service.py, `delete_stack`, which
   * stops the traversal first).
   */
  #mayBeTaken({ operation }: Pending): boolean {
    if (this.#options.isTaken === undefined || this.#failedOnce === operation) return false;
    this.#failedOnce = operation;
    return true;
  }

  #isTaken(stack: StackStatus): boolean {
    return !this.#accepted.includes('delete') && this.#options.isTaken?.(stack) === true;
  }

  /** A stack that a list lacks may have been deleted by others: the API shows that by its id. */
  #missed({ action }: Pending): void {
    if (this.#options.isTaken === undefined || action === 'delete') return;
    this.#missing ??= this.ask().finally(() => (this.#missing = undefined));
    this.#missing.catch(() => undefined);
  }

  /** Takes what a list of the stack's snapshots said that was asked for at `askedAt`. */
  seeSnapshots(snapshots: readonly Snapshot[], askedAt: number): void {
    const pending = this.#pending;
    if (pending === undefined || askedAt < pending.acceptedAt) return;
    const end = endOfSnapshot(pending.action, snapshots[0]);
    if (end === undefined) return;
    if (pending.action === 'snapshot' && end.outcome === 'completed') {
      this.#snapshot = snapshots[0]?.id;
      // Until the stack says so too, the next operation would be refused.
      if (this.#status?.status.endsWith('_IN_PROGRESS') !== false) return;
    }
    this.settle(end.outcome, end.status);
  }

  /**
   * Asks for what a list of stacks does not tell. One request at a time: an API that is slow shall
   * not get more of them, and none is under way any more when the stack is deleted.
   */
  askForSnapshots(): Promise<void> {
    if (this.#pending === undefined || !changesSnapshot(this.#pending.action)) {
      return Promise.resolve();
    }
    return (this.#asking ??= this.#readSnapshots().finally(() => (this.#asking = undefined)));
  }

  async #readSnapshots(): Promise<void> {
    const { api, now, record } = this.#options;
    const askedAt = now();
    const { result, value } = await api.snapshots(this.#identity());
    record(result);
    if (value !== undefined) this.seeSnapshots(value, askedAt);
  }

  /**
   * Asks the API itself about the stack; what it says may end the pending operation.
   * @returns Whether the API knows the stack; `undefined` where it could not tell.
   */
  async ask(): Promise<boolean | undefined> {
    const { api, now, record } = this.#options;
    const askedAt = now();
    const { result, value } = await api.show(this.#identity());
    record(result);
    const known = result.status !== 404;
    if (known && value === undefined) return undefined;
    if (known || this.#pending?.action === 'delete') this.see(value, askedAt);
    if (known) await this.askForSnapshots();
    return known;
  }

  /** Ends the pending operation, and with it what else waits for the same end. */
  settle(
    outcome: SettledOutcome,
    status: string,
    more: Omit<Settlement, 'operation' | 'outcome' | 'status'> = {},
  ): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    const { ledger } = this.#options;
    this.#pending = undefined;
    this.#outcome = outcome;
    ledger.settled({ operation: pending.operation, outcome, status, ...more });
    if (typeof this.#signal === 'object') {
      ledger.settled({ operation: this.#signal.operation, outcome, status, ...more });
    }
    for (const operation of this.#overtaken) {
      ledger.settled({ operation, outcome, status, ...more });
    }
    this.#overtaken = [];
    this.#signal = undefined;
    pending.end(outcome);
  }

  /** Ends the lifecycle without a word on what is pending: the run is over. */
  abandon(): void {
    this.#abandoned = true;
    this.#pending?.end('abandoned');
    this.#pending = undefined;
  }

  async #take(turn: Turn): Promise<void> {
    for (let left = turn.untilOtherApi ?? 1; left > 0; left -= 1) {
      const server = await this.#carryOut(turn.action, turn.overtaken);
      if (turn.overtaken === true) return;
      await this.#inspection.after(turn.action, this.#identity(), this.#due(turn.action));
      if (server !== this.#maker) return;
    }
  }

  /** The value that the stack's resources must carry after an action. */
  #due(action: StackAction): string {
    if (action === 'snapshot') this.#valueInSnapshot = this.#values;
    return String(action === 'restore' ? this.#valueInSnapshot : this.#values);
  }

  /** @returns The server that took it. */
  async #carryOut(action: StackAction, overtaken = false): Promise<string | undefined> {
    const { promise, resolve } = Promise.withResolvers<SettledOutcome | 'abandoned'>();
    // Until its end is known: what the API did not answer may be done anyway.
    this.#outcome = undefined;
    const { result } = await this.#request(action);
    const acceptedAt = this.#options.now();
    if (result.server !== undefined) this.#takers.set(action, result.server);
    const operation = this.#enter(action, result, acceptedAt);
    if (overtaken) {
      this.#overtaken.push(operation);
      await this.#untilBegun();
      return result.server;
    }
    this.#pending = { operation, action, acceptedAt, end: resolve };
    if (endsWithAnswer(action)) this.settle('completed', `${action}: ${result.status}`);
    const signalling =
      action === 'create' && this.blueprint.signal !== undefined
        ? this.#sendSignal(this.blueprint.signal)
        : undefined;
    const [outcome] = await Promise.all([promise, signalling]);
    if (outcome !== 'completed') throw new Over();
    return result.server;
  }

  async #untilBegun(): Promise<void> {
    const { api, mayAsk, pause, record } = this.#options;
    for (let looks = 0; looks < BEGUN_LOOKS && !this.#abandoned; looks += 1) {
      await mayAsk();
      const { result, value: resources } = await api.resources(this.#identity());
      record(result);
      if (resources?.some(({ status }) => status.endsWith('_IN_PROGRESS')) === true) return;
      await pause(BEGUN_PAUSE_MS);
    }
  }

  /** Enters an accepted write in the ledger, as an operation of its own. */
  #enter(action: StackAction | 'signal', result: HttpResult, acceptedAt: number): string {
    const number = this.#accepted.filter((before) => before === action).length + 1;
    const operation = `${this.name}/${action}${number === 1 ? '' : `.${number}`}`;
    if (action !== 'signal') this.#accepted.push(action);
    this.#options.ledger.accepted({
      operation,
      action,
      object: this.name,
      sentAt: acceptedAt - (result.doneAt - result.sentAt),
      request: result.id,
      ...(result.server === undefined ? {} : { server: result.server }),
    });
    return operation;
  }

  /**
   * Sends the request; again, where something else still kept the stack busy.
   * @throws Over if the API did not take it.
   */
  async #request(action: StackAction): Promise<Answer<unknown>> {
    const { mayAsk, record, pause } = this.#options;
    for (let tries = 1; !this.#abandoned; tries += 1) {
      await mayAsk();
      if (this.#abandoned) break;
      const answer = await this.#ask(action, tries < BUSY_TRIES);
      record(answer.result, this.name);
      if (answer.value !== undefined && !this.#abandoned) return answer;
      if (answer.result.outcome !== 'served') break;
      await pause(BUSY_PAUSE_MS);
    }
    throw new Over();
  }

  async #ask(action: StackAction, mayBeBusy: boolean): Promise<Answer<unknown>> {
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
    return sendChange(api, action, {
      stack: this.#identity(),
      blueprint,
      nextValue: () => this.#nextValue(),
      snapshot: this.#snapshot ?? 'none',
      mayBeBusy,
    });
  }

  /** Signals the wait condition as soon as its handle is there, until it was taken. */
  async #sendSignal(transport: Transport): Promise<void> {
    this.#signal = 'due';
    const result = await signalStack(this.#options, {
      stack: this.#identity(),
      transport,
      wanted: () => this.#pending !== undefined,
    });
    if (this.#pending === undefined) return;
    // A wait condition without its signal cannot end: its outcome stays open.
    if (result === undefined) this.abandon();
    else this.#signal = { operation: this.#enter('signal', result, this.#options.now()) };
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
