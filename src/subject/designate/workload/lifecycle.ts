import type { HttpResult } from '../../../load/http/http-client.ts';
import type { SettledOutcome, Settlement } from '../../../load/ledger.ts';
import type { LifecycleContext, ObjectLifecycle } from '../../workload/lifecycle-workload.ts';
import type { Answer, DesignateApi, Written, ZoneStatus } from '../api/api.ts';
import { zoneName } from '../database/zones.ts';
import type { LifecycleKind, ZoneAction } from './kinds.ts';

export interface ZoneLifecycleOptions extends LifecycleContext {
  readonly kind: LifecycleKind;
  readonly api: DesignateApi;
}

/** An accepted operation whose end is awaited. */
interface Pending {
  readonly operation: string;
  readonly action: ZoneAction;
  /** When its request was answered, in milliseconds since the start of the run. */
  readonly acceptedAt: number;
  readonly end: (how: SettledOutcome | 'abandoned') => void;
}

/** Why a lifecycle is over before its last operation. */
class Over extends Error {}

/** Addresses of documentation (RFC 5737). */
const FIRST_RECORDS: readonly string[] = ['192.0.2.1', '192.0.2.2'];
const CHANGED_RECORDS: readonly string[] = ['198.51.100.7'];

/** One zone: made, given records, changed and deleted as its kind says. */
export class ZoneLifecycle implements ObjectLifecycle {
  readonly name: string;
  readonly #options: ZoneLifecycleOptions;
  readonly #accepted: ZoneAction[] = [];
  /** What its owner wrote last. */
  #written: Written;
  #recordset: { readonly id: string; readonly records: readonly string[] } | undefined;
  #id: string | undefined;
  #status: ZoneStatus | undefined;
  #pending: Pending | undefined;
  /** When the newest status was asked for: answers may overtake each other. */
  #seenAt = 0;
  #abandoned = false;
  #outcome: SettledOutcome | undefined;

  constructor(options: ZoneLifecycleOptions) {
    this.name = options.name;
    this.#options = options;
    this.#written = { email: `${this.name}@rollgate.example`, ttl: 300, description: this.name };
  }

  get id(): string | undefined {
    return this.#id;
  }
  get pending(): Omit<Pending, 'end'> | undefined {
    return this.#pending;
  }
  get state(): string | undefined {
    return this.#status?.status;
  }
  /** What the API took of it, in order. */
  get accepted(): readonly ZoneAction[] {
    return this.#accepted;
  }
  /** The last operation's; `undefined` as long as that is under way, or where it got no answer. */
  get outcome(): SettledOutcome | undefined {
    return this.#outcome;
  }

  /** @throws Whatever is no answer of the API. */
  async run(): Promise<void> {
    const { kind, held, work } = this.#options;
    try {
      for (const turn of kind.turns) {
        if (turn.afterSwaps === true) await held();
        await work(() => this.#carryOut(turn.action));
      }
    } catch (error) {
      if (!(error instanceof Over)) throw error;
    }
  }

  /**
   * Takes what the API said of the zone at `askedAt`. What was asked before the operation was
   * accepted says nothing.
   */
  see(status: ZoneStatus, askedAt: number): void {
    const pending = this.#pending;
    if (pending === undefined || askedAt < Math.max(pending.acceptedAt, this.#seenAt)) return;
    this.#seenAt = askedAt;
    this.#status = status;
    if (status.status === 'ERROR') this.settle('failed', `ERROR (${status.action})`);
    else if (status.status === 'ACTIVE' && pending.action !== 'delete') {
      this.settle('completed', status.status);
    }
  }

  /** Asks about a zone that is to go and that a list no longer showed. */
  async missed(): Promise<void> {
    if (this.#pending?.action === 'delete') await this.ask();
  }

  /**
   * Asks the API about the zone itself; what it says may end the pending operation.
   * @returns Whether the API knows the zone; `undefined` where it could not tell.
   */
  async ask(): Promise<boolean | undefined> {
    const { api, now, record } = this.#options;
    if (this.#id === undefined) return undefined;
    const askedAt = now();
    const deleting = this.#pending?.action === 'delete';
    const { result, value } = await api.show(this.#id, deleting);
    record(result);
    if (value !== undefined) {
      this.see(value, askedAt);
      return true;
    }
    if (result.status !== 404) return undefined;
    if (deleting) this.settle('completed', 'deleted');
    return false;
  }

  /** Ends the pending operation. */
  settle(
    outcome: SettledOutcome,
    status: string,
    more: Omit<Settlement, 'operation' | 'outcome' | 'status'> = {},
  ): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    this.#pending = undefined;
    this.#outcome = outcome;
    this.#options.ledger.settled({ operation: pending.operation, outcome, status, ...more });
    pending.end(outcome);
  }

  /** Ends the lifecycle without a word on what is pending: the run is over. */
  abandon(): void {
    this.#abandoned = true;
    this.#pending?.end('abandoned');
    this.#pending = undefined;
  }

  async #carryOut(action: ZoneAction): Promise<void> {
    // Until its end is known: what the API did not answer may be done anyway.
    this.#outcome = undefined;
    const { mayAsk, record, now } = this.#options;
    await mayAsk();
    if (this.#abandoned) throw new Over();
    const { result, value } = await this.#ask(action);
    record(result, this.name);
    if (value === undefined || this.#abandoned) throw new Over();
    const acceptedAt = now();
    const operation = this.#enter(action, result, acceptedAt);
    const { promise, resolve } = Promise.withResolvers<SettledOutcome | 'abandoned'>();
    this.#pending = { operation, action, acceptedAt, end: resolve };
    if ((await promise) !== 'completed') throw new Over();
    if (action !== 'delete') await this.#inspect(action);
  }

  async #ask(action: ZoneAction): Promise<Answer<string>> {
    const { api } = this.#options;
    if (action === 'create') {
      const answer = await api.create(zoneName(this.name), this.#written);
      this.#id = answer.value;
      return answer;
    }
    const id = this.#id;
    if (id === undefined) throw new Error(`${this.name} has no id yet: a bug`);
    switch (action) {
      case 'add-records': {
        const answer = await api.addRecords(id, `www.${zoneName(this.name)}`, FIRST_RECORDS);
        if (answer.value !== undefined) {
          this.#recordset = { id: answer.value, records: FIRST_RECORDS };
        }
        return answer;
      }
      case 'change-records': {
        const recordset = this.#recordset;
        if (recordset === undefined) throw new Error(`${this.name} has no records yet: a bug`);
        const answer = await api.changeRecords(id, recordset.id, CHANGED_RECORDS);
        if (answer.value !== undefined) {
          this.#recordset = { id: recordset.id, records: CHANGED_RECORDS };
        }
        return answer;
      }
      case 'update': {
        const written = { ...this.#written, ttl: 600 };
        const answer = await api.update(id, written);
        if (answer.value !== undefined) this.#written = written;
        return answer;
      }
      case 'delete':
        return api.delete(id);
      default:
        return action satisfies never;
    }
  }

  /** Enters an accepted write in the ledger. */
  #enter(action: ZoneAction, result: HttpResult, acceptedAt: number): string {
    const operation = `${this.name}/${action}`;
    this.#accepted.push(action);
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

  /** What its owner wrote stays, whichever release saved it last. */
  async #inspect(action: ZoneAction): Promise<void> {
    const { api, record } = this.#options;
    if (this.#id === undefined || this.#abandoned) return;
    const { result, value } = await api.show(this.#id, false);
    record(result);
    if (value !== undefined) {
      const { email, ttl, description } = value;
      this.#checked('a zone’s email, ttl and description stay as its owner wrote them', action, {
        found: { email, ttl, description },
        due: this.#written,
      });
    }
    const recordset = this.#recordset;
    if (recordset === undefined || this.#abandoned) return;
    const { result: shown, value: kept } = await api.records(this.#id, recordset.id);
    record(shown);
    if (kept === undefined) return;
    this.#checked('the records of a zone stay as its owner wrote them', action, {
      found: kept.records.toSorted(),
      due: recordset.records.toSorted(),
    });
  }

  #checked(
    check: string,
    action: ZoneAction,
    { found, due }: { readonly found: unknown; readonly due: unknown },
  ): void {
    this.#options.emit({
      type: 'integrity-checked',
      at: this.#options.now(),
      check,
      object: this.name,
      ok: JSON.stringify(found) === JSON.stringify(due),
      detail: `after ${action}: ${JSON.stringify(found)}`,
    });
  }
}
