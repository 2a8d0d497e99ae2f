import type { HttpResult } from '../../../load/http/request.ts';
import type { ParsedAnswer } from '../../json-body.ts';
import {
  LifeOver,
  ObjectLifecycle,
  type LifecycleContext,
} from '../../workload/object-lifecycle.ts';
import type { DesignateApi, ZoneFields, ZoneStatus } from '../api/api.ts';
import { zoneName } from '../database/zones.ts';
import type { ZoneAction, ZoneKind } from './kinds.ts';

export interface ZoneLifecycleOptions extends LifecycleContext {
  readonly kind: ZoneKind;
  readonly api: DesignateApi;
}

/** Addresses of documentation (RFC 5737). */
const FIRST_RECORDS: readonly string[] = ['192.0.2.1', '192.0.2.2'];
const CHANGED_RECORDS: readonly string[] = ['198.51.100.7'];

/** One zone: made, given records, changed and deleted as its kind says. */
export class ZoneLifecycle extends ObjectLifecycle<ZoneAction, ZoneStatus> {
  readonly #api: DesignateApi;
  /** The fields that its owner wrote last. */
  #written: ZoneFields;
  #recordset: { readonly id: string; readonly records: readonly string[] } | undefined;

  constructor(options: ZoneLifecycleOptions) {
    super(options, options.kind);
    this.#api = options.api;
    this.#written = { email: `${this.name}@rollgate.example`, ttl: 300, description: this.name };
  }

  get state(): string | undefined {
    return this.status?.status;
  }

  protected judge(status: ZoneStatus, action: ZoneAction): void {
    if (status.status === 'ERROR') this.settle('failed', `ERROR (${status.action})`);
    else if (status.status === 'ACTIVE' && action !== 'delete') {
      this.settle('completed', status.status);
    }
  }

  protected show(id: string, mayBeGone: boolean): Promise<ParsedAnswer<ZoneStatus>> {
    return this.#api.show(id, mayBeGone);
  }

  protected async request(action: ZoneAction): Promise<HttpResult> {
    const { result, value } = await this.send(() => this.#ask(action));
    if (value === undefined) throw new LifeOver();
    return result;
  }

  async #ask(action: ZoneAction): Promise<ParsedAnswer<string>> {
    if (action === 'create') {
      const answer = await this.#api.create(zoneName(this.name), this.#written);
      this.id = answer.value;
      return answer;
    }
    const { id } = this;
    if (id === undefined) throw new Error(`${this.name} has no id yet: a bug`);
    switch (action) {
      case 'add-records': {
        const answer = await this.#api.addRecords(id, `www.${zoneName(this.name)}`, FIRST_RECORDS);
        if (answer.value !== undefined) {
          this.#recordset = { id: answer.value, records: FIRST_RECORDS };
        }
        return answer;
      }
      case 'change-records': {
        const recordset = this.#recordset;
        if (recordset === undefined) throw new Error(`${this.name} has no records yet: a bug`);
        const answer = await this.#api.changeRecords(id, recordset.id, CHANGED_RECORDS);
        if (answer.value !== undefined) {
          this.#recordset = { id: recordset.id, records: CHANGED_RECORDS };
        }
        return answer;
      }
      case 'update': {
        const written = { ...this.#written, ttl: 600 };
        const answer = await this.#api.update(id, written);
        if (answer.value !== undefined) this.#written = written;
        return answer;
      }
      case 'delete':
        return this.#api.delete(id);
      default:
        return action satisfies never;
    }
  }

  /** The owner's fields must stay, whichever release saved the zone last. */
  protected async completed(action: ZoneAction): Promise<void> {
    const { record } = this.context;
    if (action === 'delete' || this.id === undefined || this.isAbandoned) return;
    const { result, value } = await this.#api.show(this.id, false);
    record(result);
    if (value !== undefined) {
      const { email, ttl, description } = value;
      this.#checked('a zone’s email, ttl and description stay as its owner wrote them', action, {
        found: { email, ttl, description },
        due: this.#written,
      });
    }
    const recordset = this.#recordset;
    if (recordset === undefined || this.isAbandoned) return;
    const { result: shown, value: kept } = await this.#api.records(this.id, recordset.id);
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
    this.context.emit({
      type: 'integrity-checked',
      at: this.context.now(),
      check,
      object: this.name,
      ok: JSON.stringify(found) === JSON.stringify(due),
      detail: `after ${action}: ${JSON.stringify(found)}`,
    });
  }
}
