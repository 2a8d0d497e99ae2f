import type { EventOf, RunEvent } from '../../events/event.ts';
import type { RequestId } from '../../events/fields.ts';
import type { MatrixCell, Outcomes } from '../schema/verdict.ts';
import type { Services } from './services/services.ts';

/** The worst first. */
const SEVERITY = ['lost', 'stuck', 'failed', 'unsettled', 'completed'] as const;
export type OperationOutcome = (typeof SEVERITY)[number];

/** An obligation: something that the API accepted, and its end. */
export interface Operation {
  readonly id: string;
  readonly action: string;
  readonly object: string;
  readonly identity: string | undefined;
  /** The API request that started it. */
  readonly request: RequestId;
  /** Milliseconds since the start of the run. */
  readonly sentAt: number;
  /** The api that accepted it, as in `node1/heat-api`; `null` if its answer did not say. */
  readonly server: string | null;
  /** Version of the api that accepted it. */
  readonly version: string;
  readonly outcome: OperationOutcome;
  readonly settled: EventOf<'operation-settled'> | null;
}

/** An object and its operations, in the order in which they were sent. */
export interface LedgerObject {
  readonly name: string;
  /** In the subject; `undefined` if the events do not have it. */
  readonly identity: string | undefined;
  readonly operations: readonly Operation[];
  /** The worst of its operations. */
  readonly outcome: OperationOutcome;
}

export interface Ledger {
  readonly objects: readonly LedgerObject[];
  readonly operations: readonly Operation[];
  readonly stacks: Outcomes;
  readonly counts: Outcomes;
  readonly matrix: readonly MatrixCell[];
}

const UNKNOWN_VERSION = 'unknown';

/** Follows everything that the API accepted to its end, as far as the events go. */
export function readLedger(events: readonly RunEvent[], services: Services): Ledger {
  const settled = new Map(
    events
      .filter((event) => event.type === 'operation-settled')
      .map((event) => [event.operation, event]),
  );
  const operations = events
    .filter((event) => event.type === 'operation-accepted')
    .map((event) => operationOf(event, settled.get(event.operation) ?? null, services))
    .sort((a, b) => a.sentAt - b.sentAt);
  const objects = [...Map.groupBy(operations, ({ object }) => object)].map(
    ([name, own]): LedgerObject => ({
      name,
      identity: own.find(({ identity }) => identity !== undefined)?.identity,
      operations: own,
      outcome: worst(own),
    }),
  );
  return {
    objects,
    operations,
    stacks: tally(objects),
    counts: tally(operations),
    matrix: matrixOf(objects),
  };
}

function operationOf(
  accepted: EventOf<'operation-accepted'>,
  settled: EventOf<'operation-settled'> | null,
  services: Services,
): Operation {
  return {
    id: accepted.operation,
    action: accepted.action,
    object: accepted.object,
    identity: accepted.identity,
    request: accepted.request,
    sentAt: accepted.sentAt,
    server: accepted.server ?? null,
    version: services.at(accepted.server, accepted.at)?.label ?? UNKNOWN_VERSION,
    outcome: settled?.outcome ?? 'unsettled',
    settled,
  };
}

function worst(operations: readonly Operation[]): OperationOutcome {
  return SEVERITY.find((one) => operations.some(({ outcome }) => outcome === one)) ?? 'unsettled';
}

function tally(entries: readonly { readonly outcome: OperationOutcome }[]): Outcomes {
  const count = (wanted: OperationOutcome): number =>
    entries.filter(({ outcome }) => outcome === wanted).length;
  return {
    accepted: entries.length,
    completed: count('completed'),
    stuck: count('stuck'),
    failed: count('failed'),
    lost: count('lost'),
    unsettled: count('unsettled'),
  };
}

function matrixOf(objects: readonly LedgerObject[]): readonly MatrixCell[] {
  const changes = objects.flatMap(({ operations }) => {
    const madeBy = operations.find(({ action }) => action === 'create')?.version;
    return operations
      .filter(({ action }) => action !== 'create')
      .map((operation) => ({ ...operation, madeBy: madeBy ?? UNKNOWN_VERSION }));
  });
  const cells = Map.groupBy(changes, ({ madeBy, version, action }) =>
    [madeBy, version, action].join(' '),
  );
  return [...cells]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, own]) => {
      const [first] = own;
      if (first === undefined) return [];
      const { madeBy, version, action } = first;
      return [{ madeBy, changedBy: version, action, ...tally(own) }];
    });
}
