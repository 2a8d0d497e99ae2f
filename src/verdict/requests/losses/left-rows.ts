import type { EventOf, RequestEvent, RunEvent } from '../../../events/event.ts';
import type { LeftRow } from '../../../events/families/operation.ts';
import { counted } from '../../../text/counted.ts';

type IntegrityCheck = EventOf<'integrity-checked'>;

interface Left {
  readonly request: string;
  readonly rows: LeftRow[];
  readonly why: string;
}

/** The database writes full seconds, so a row can look older than its request. */
const SECOND_MS = 1000;

/** The rows in the subject's database that lost requests left. */
export interface LeftRows {
  /**
   * What some lost requests left, in a sentence; `undefined`: nothing. It is a consequence of the
   * losses: the same request leaves the same rows if it fails without an upgrade.
   */
  inWords(lost: readonly { readonly id: string }[]): string | undefined;
  /** The part of a failed check that no lost request explains, in words; `undefined`: none. */
  unexplained(check: IntegrityCheck): string | undefined;
}

/**
 * A row belongs to a lost request that was to make or change an object. It was written between the
 * request's sending and its end. One request explains one row of each table, because it stores one
 * version of one object.
 */
export function readLeftRows(events: readonly RunEvent[]): LeftRows {
  const lost = events
    .filter((event) => event.type === 'request')
    .filter(({ object, outcome }) => object !== undefined && outcome !== 'served');
  const byRequest = new Map<string, Left>();
  const explainedRows = new Set<LeftRow>();
  const found = events.flatMap((event) =>
    event.type === 'integrity-checked' && event.left !== undefined ? [event.left] : [],
  );
  for (const { rows, why } of found) {
    for (const row of rows) {
      const request = lost.find(
        (one) => mayHaveLeft(one, row) && !hasOneOf(byRequest.get(one.id)?.rows, row.table),
      );
      if (request === undefined) continue;
      const before = byRequest.get(request.id);
      if (before === undefined) {
        byRequest.set(request.id, { request: request.id, rows: [row], why });
      } else {
        before.rows.push(row);
      }
      explainedRows.add(row);
    }
  }
  return {
    inWords: (requests) => {
      const own = requests.flatMap(({ id }) => byRequest.get(id) ?? []);
      const [first] = own;
      if (first === undefined) return undefined;
      const rows = rowsInWords(own.flatMap((one) => one.rows));
      const others = own.length === 1 ? '' : ` and ${counted(own.length - 1, 'more lost request')}`;
      return `Request ${first.request}${others} left ${rows} in the database: ${first.why}.`;
    },
    unexplained: ({ left, detail }) => {
      const rows = left?.rows ?? [];
      const rest = rows.filter((row) => !explainedRows.has(row));
      if (rest.length === rows.length) return detail;
      return rest.length === 0
        ? undefined
        : `${rowsInWords(rest)}, in addition to what lost requests left`;
    },
  };
}

function mayHaveLeft({ sentAt, at }: RequestEvent, row: LeftRow): boolean {
  return row.at > sentAt - SECOND_MS && row.at <= at;
}

function hasOneOf(rows: readonly LeftRow[] | undefined, table: string): boolean {
  return rows?.some((row) => row.table === table) === true;
}

/** `1 row of user_creds, 2 rows of raw_template`. */
function rowsInWords(rows: readonly LeftRow[]): string {
  return [...Map.groupBy(rows, ({ table }) => table)]
    .map(([table, own]) => `${counted(own.length, 'row')} of ${table}`)
    .join(', ');
}
