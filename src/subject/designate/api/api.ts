import { z } from 'zod';
import type { HttpClient } from '../../../load/http/http-client.ts';
import { JsonApi } from '../../json-api.ts';
import type { ParsedAnswer } from '../../json-body.ts';

/** The fields of a zone that its owner writes. */
export interface ZoneFields {
  readonly email: string;
  readonly ttl: number;
  readonly description: string;
}

/** The state of a zone. */
export interface ZoneStatus extends ZoneFields {
  readonly id: string;
  readonly name: string;
  /** `ACTIVE`, `PENDING`, `ERROR`. */
  readonly status: string;
  /** `CREATE`, `UPDATE`, `DELETE`; `NONE` when it is finished. */
  readonly action: string;
}

/** A recordset of addresses. */
export interface Recordset {
  readonly id: string;
  readonly status: string;
  readonly records: readonly string[];
}

/** There is no such zone. */
const GONE = 404;

const zone = z.object({
  id: z.string(),
  name: z.string(),
  status: z.string(),
  action: z.string(),
  email: z.string(),
  ttl: z.number(),
  description: z.string().nullable(),
});
const gone = z.object({ code: z.literal(GONE) });
const zones = z.object({ zones: z.array(zone) });
const recordset = z.object({
  id: z.string(),
  status: z.string(),
  records: z.array(z.string()),
});

/** The headers of a request with a token. */
export function headersFor(token: string): Readonly<Record<string, string>> {
  return {
    'x-auth-token': token,
    'content-type': 'application/json',
    accept: 'application/json',
  };
}

/** Designate's API v2 as the owner of zones. Each call is one request; nothing is retried. */
export class DesignateApi {
  readonly #api: JsonApi;

  constructor(client: HttpClient, token: { readonly id: string }) {
    this.#api = new JsonApi(client, '/v2', headersFor(token.id));
  }

  /** The zones of the project: at most one page (`max_limit_v2`). */
  list(): Promise<ParsedAnswer<readonly ZoneStatus[]>> {
    const call = { operation: 'zone-list', method: 'GET', expect: [200] } as const;
    return this.#api.read({ ...call, path: '/zones?limit=1000' }, zones, (body) =>
      body.zones.map(statusOf),
    );
  }

  /** @param mayBeGone 404 is also an expected answer, without a value. */
  show(id: string, mayBeGone: boolean): Promise<ParsedAnswer<ZoneStatus>> {
    const call = { operation: 'zone-show', method: 'GET', path: `/zones/${id}` } as const;
    if (!mayBeGone) return this.#api.read({ ...call, expect: [200] }, zone, statusOf);
    return this.#api.read({ ...call, expect: [200, GONE] }, zone.or(gone), (body) =>
      'id' in body ? statusOf(body) : undefined,
    );
  }

  /** @param name It ends with a dot. @returns The zone's identity. */
  create(name: string, written: ZoneFields): Promise<ParsedAnswer<string>> {
    const call = { operation: 'zone-create', method: 'POST', expect: [202] } as const;
    return this.#api.read(
      { ...call, path: '/zones', body: { name, ...written } },
      zone,
      ({ id }) => id,
    );
  }

  update(id: string, written: ZoneFields): Promise<ParsedAnswer<string>> {
    const call = { operation: 'zone-update', method: 'PATCH', expect: [202] } as const;
    return this.#api.read(
      { ...call, path: `/zones/${id}`, body: written },
      zone,
      (body) => body.id,
    );
  }

  delete(id: string): Promise<ParsedAnswer<string>> {
    const call = { operation: 'zone-delete', method: 'DELETE', expect: [202] } as const;
    return this.#api.read({ ...call, path: `/zones/${id}` }, zone, (body) => body.id);
  }

  /** A recordset of type A. @param name It ends with a dot. @returns Its identity. */
  addRecords(id: string, name: string, records: readonly string[]): Promise<ParsedAnswer<string>> {
    const call = { operation: 'recordset-create', method: 'POST', expect: [202] } as const;
    const body = { name, type: 'A', records };
    return this.#api.read(
      { ...call, path: `/zones/${id}/recordsets`, body },
      recordset,
      (made) => made.id,
    );
  }

  changeRecords(
    id: string,
    recordsetId: string,
    records: readonly string[],
  ): Promise<ParsedAnswer<string>> {
    const call = { operation: 'recordset-update', method: 'PUT', expect: [202] } as const;
    const path = `/zones/${id}/recordsets/${recordsetId}`;
    return this.#api.read({ ...call, path, body: { records } }, recordset, (changed) => changed.id);
  }

  records(id: string, recordsetId: string): Promise<ParsedAnswer<Recordset>> {
    const call = { operation: 'recordset-show', method: 'GET', expect: [200] } as const;
    return this.#api.read(
      { ...call, path: `/zones/${id}/recordsets/${recordsetId}` },
      recordset,
      (body) => body,
    );
  }
}

function statusOf({ description, ...found }: z.infer<typeof zone>): ZoneStatus {
  return { ...found, description: description ?? '' };
}
