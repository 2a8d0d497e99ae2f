import { createDraw, type Span } from '../line.ts';

/** One thing that happened to a stack or a request, or a step of the roll at that time. */
export interface TrailEntry {
  /** Milliseconds since the run's start; for a lab without a run, since the epoch. */
  readonly at: number;
  /** Its source: an event, HAProxy's log, a service's log, a message, a table, the plan. */
  readonly kind: 'event' | 'balancer' | 'log' | 'message' | 'database' | 'step';
  /** The log's name (`node1.heat-engine.2025.1`), `load`, `database` or `roll`. */
  readonly by: string;
  readonly text: string;
}

/** Times at or above this are since the epoch, because no run takes three years. */
const EPOCH_FROM_MS = 1e11;

/** A trail as a table with a line for each entry: when, where, what. Long lines are not cut. */
export function renderTrail(
  entries: readonly TrailEntry[],
  { color }: { readonly color: boolean },
): string {
  const draw = createDraw({ color, width: Number.MAX_SAFE_INTEGER });
  const widest = entries.reduce((most, { by }) => Math.max(most, by.length), 0);
  return entries
    .map(({ at, kind, by, text }) =>
      draw([
        { text: `${timeOf(at)}  `, style: 'faint' },
        { text: `${by.padEnd(widest)}  ` },
        spanOf(kind, text),
      ]),
    )
    .join('\n');
}

/** Seconds of a run, or the time of day. */
export function timeOf(at: number): string {
  return at < EPOCH_FROM_MS
    ? `${(at / 1000).toFixed(3).padStart(9)} s`
    : new Date(at).toISOString();
}

function spanOf(kind: TrailEntry['kind'], text: string): Span {
  switch (kind) {
    case 'step':
      return { text, style: 'strong' };
    case 'message':
    case 'balancer':
      return { text, style: 'faint' };
    case 'event':
    case 'database':
      return { text, style: 'warn' };
    case 'log':
      return /^(?:ERROR|CRITICAL) /.test(text) ? { text, style: 'bad' } : { text };
    default:
      return kind satisfies never;
  }
}
