import type { EventOf, RunEvent } from '../../../events/event.ts';

export type StackOutcome = 'completed' | 'failed' | 'stuck' | 'lost' | 'unsettled';

export interface StackOperation {
  readonly action: string;
  readonly from: number;
  /** Its outcome was known, or the run ended. */
  readonly to: number;
  readonly outcome: StackOutcome;
  /** When a stuck operation halted. */
  readonly stalledAt: number | null;
  /** The subject's status and reason. */
  readonly status: string;
}

/** A stack from its first operation to the end of its last. */
export interface StackLine {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** The worst of its operations. */
  readonly outcome: StackOutcome;
  readonly operations: readonly StackOperation[];
}

const SEVERITY = ['lost', 'stuck', 'failed', 'unsettled', 'completed'] as const;

/** In the order in which they were begun. */
export function stackLinesOf(events: readonly RunEvent[], end: number): readonly StackLine[] {
  const settled = new Map(
    events
      .filter((event) => event.type === 'operation-settled')
      .map((event) => [event.operation, event]),
  );
  const accepted = events
    .filter((event) => event.type === 'operation-accepted')
    .sort((a, b) => a.sentAt - b.sentAt);
  return [...Map.groupBy(accepted, ({ object }) => object)].map(([name, own]): StackLine => {
    const operations = own.map((one) => operationOf(one, settled.get(one.operation), end));
    return {
      name,
      from: Math.min(...operations.map(({ from }) => from)),
      to: Math.max(...operations.map(({ to }) => to)),
      outcome:
        SEVERITY.find((worst) => operations.some(({ outcome }) => outcome === worst)) ??
        'unsettled',
      operations,
    };
  });
}

function operationOf(
  accepted: EventOf<'operation-accepted'>,
  settled: EventOf<'operation-settled'> | undefined,
  end: number,
): StackOperation {
  const outcome = settled?.outcome ?? 'unsettled';
  const halt = settled?.stalledAt ?? settled?.lastProgressAt;
  return {
    action: accepted.action,
    from: Math.round(accepted.sentAt),
    to: Math.round(settled?.at ?? end),
    outcome,
    stalledAt: outcome === 'stuck' && halt !== undefined ? Math.round(halt) : null,
    status: settled?.status ?? '',
  };
}
