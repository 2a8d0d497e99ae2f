import type { EventOf } from '../events/event.ts';
import { parseThreshold } from '../scenario/threshold/parse.ts';
import type { Operator, Threshold } from '../scenario/threshold/threshold.ts';
import { nodeOfServer } from '../scenario/topology/topology.ts';
import { covers } from './history/interval.ts';
import type { Reading } from './reading/reading.ts';
import type { ThresholdResult } from './schema/verdict.ts';
import { quantileOf } from './statistics/quantile.ts';

type Request = EventOf<'request'>;

/** Evaluates each threshold of the scenario. A threshold without a measurement is not met. */
export function checkThresholds(reading: Reading): readonly ThresholdResult[] {
  return (reading.start.thresholds ?? []).map(({ metric, expression }): ThresholdResult => {
    const parsed = parseThreshold(metric, expression);
    if ('problem' in parsed) {
      return { metric, expression, status: 'not-measured', value: null, unit: 'none' };
    }
    const { threshold } = parsed;
    const value = valueOf(threshold, reading);
    const { unit } = threshold;
    if (value === null) return { metric, expression, status: 'not-measured', value, unit };
    const met = holds(value, threshold.operator, threshold.limit);
    return { metric, expression, status: met ? 'passed' : 'failed', value, unit };
  });
}

function valueOf(threshold: Threshold, reading: Reading): number | null {
  const { name } = threshold;
  switch (name) {
    case 'api_failed':
      return failed(threshold, reading);
    case 'http_req_duration':
      return trend(threshold, durations(threshold, reading, 'sentAt'));
    case 'http_req_duration_scheduled':
      return trend(threshold, durations(threshold, reading, 'scheduledAt'));
    case 'disruption':
      return disruptions(threshold, reading);
    case 'beside_failed':
      return besideFailed(threshold, reading);
    case 'beside_disruption':
      return besideDisruptions(threshold, reading);
    case 'arrivals_dropped':
      return dropped(threshold, reading);
    case 'log_errors':
      return logErrors(threshold, reading);
    case 'stacks_accepted':
      return reading.ledger.stacks.accepted;
    case 'stacks_completed':
      return ofAccepted(reading.ledger.stacks, 'completed');
    case 'stacks_stuck':
      return ofAccepted(reading.ledger.stacks, 'stuck');
    case 'stacks_failed':
      return ofAccepted(reading.ledger.stacks, 'failed');
    case 'stacks_lost':
      return ofAccepted(reading.ledger.stacks, 'lost');
    case 'operations_accepted':
      return reading.ledger.counts.accepted;
    case 'operations_completed':
      return ofAccepted(reading.ledger.counts, 'completed');
    case 'operations_stuck':
      return ofAccepted(reading.ledger.counts, 'stuck');
    case 'operations_failed':
      return ofAccepted(reading.ledger.counts, 'failed');
    case 'operations_lost':
      return ofAccepted(reading.ledger.counts, 'lost');
    default:
      return name satisfies never;
  }
}

/** If nothing was accepted, nothing shows how an operation ends. */
function ofAccepted(
  counts: Reading['ledger']['counts'],
  outcome: 'completed' | 'stuck' | 'failed' | 'lost',
): number | null {
  return counts.accepted === 0 ? null : counts[outcome];
}

/** A watch reads only the logs that the user names. */
function logErrors({ selector }: Threshold, { start, events }: Reading): number | null {
  if (start.watched !== undefined && (start.watched.logs ?? []).length === 0) return null;
  return events.filter(
    (event) =>
      event.type === 'log-finding' &&
      event.severity === 'error' &&
      (selector.node ?? event.node) === event.node,
  ).length;
}

/** Requests that bypass the subject are not users' requests. */
function requestsOf({ selector }: Threshold, reading: Reading): readonly Request[] {
  const { services, windows } = reading;
  const { probe, connection, stage, version, node } = selector;
  return reading.events.filter((event): event is Request => {
    if (event.type !== 'request' || event.control === true) return false;
    if (probe !== undefined && event.probe !== probe) return false;
    if (connection !== undefined && event.connection !== connection) return false;
    if (stage !== undefined && !inStage(windows, stage, event.sentAt)) return false;
    if (node !== undefined && nodeOfServer(event.server) !== node) return false;
    return version === undefined || services.at(event.server, event.at)?.side === version;
  });
}

function inStage(windows: Reading['windows'], stage: string, at: number): boolean {
  const names = ['baseline', 'mixed', 'upgrade', 'after'] as const;
  const name = names.find((one) => one === stage);
  return name !== undefined && covers(windows[name], at);
}

function failed(threshold: Threshold, reading: Reading): number | null {
  const noise = new Set(reading.api.lost.filter((lost) => lost.noise).map(({ id }) => id));
  const requests = requestsOf(threshold, reading).filter(({ id }) => !noise.has(id));
  if (requests.length === 0) return null;
  const lost = requests.filter(({ outcome }) => outcome !== 'served').length;
  return threshold.aggregation === 'count' ? lost : lost / requests.length;
}

function durations(
  threshold: Threshold,
  reading: Reading,
  from: 'sentAt' | 'scheduledAt',
): readonly number[] {
  return requestsOf(threshold, reading)
    .filter(({ outcome }) => outcome === 'served')
    .map((request) => request.at - request[from]);
}

function disruptions(threshold: Threshold, reading: Reading): number | null {
  const { probe, connection, node } = threshold.selector;
  if (reading.api.requests === 0) return null;
  const lengths = reading.api.disruptions
    .filter(
      (one) =>
        !one.noise &&
        (probe ?? one.probe) === one.probe &&
        (connection ?? one.connection) === one.connection &&
        (node ?? one.node) === one.node,
    )
    .map(({ seconds }) => seconds * 1000);
  // No disruption is a measurement too: the longest took no time.
  return trend(threshold, lengths) ?? 0;
}

function besideOf({ selector: { probe } }: Threshold, { beside }: Reading): Reading['beside'] {
  return beside.filter((one) => (probe ?? one.probe) === one.probe);
}

/** If one address never got a request, the whole metric is unmeasured. */
function besideFailed(threshold: Threshold, reading: Reading): number | null {
  const own = besideOf(threshold, reading);
  if (own.length === 0 || own.some(({ requests }) => requests === 0)) return null;
  const lost = own.reduce((sum, { failed }) => sum + failed, 0);
  const requests = own.reduce((sum, one) => sum + one.requests, 0);
  return threshold.aggregation === 'count' ? lost : lost / requests;
}

function besideDisruptions(threshold: Threshold, reading: Reading): number | null {
  const own = besideOf(threshold, reading);
  if (own.length === 0 || own.some(({ requests }) => requests === 0)) return null;
  const lengths = own.flatMap(({ disruptions }) =>
    disruptions.map(({ seconds }) => seconds * 1000),
  );
  return trend(threshold, lengths) ?? 0;
}

function trend({ aggregation, quantile }: Threshold, values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const sum = sorted.reduce((total, value) => total + value, 0);
  if (aggregation === 'count') return sorted.length;
  if (sorted.length === 0) return null;
  switch (aggregation) {
    case 'min':
      return sorted[0] ?? null;
    case 'max':
      return sorted.at(-1) ?? null;
    case 'sum':
      return sum;
    case 'avg':
      return sum / sorted.length;
    case 'med':
      return quantileOf(sorted, 0.5);
    case 'p':
      return quantileOf(sorted, quantile);
    case 'rate':
      return null;
  }
}

function dropped(threshold: Threshold, reading: Reading): number | null {
  const { probe } = threshold.selector;
  const own = (name: string): boolean => probe === undefined || name === probe;
  const controls = new Set(
    reading.events.flatMap((event) =>
      event.type === 'request' && event.control === true ? [event.probe] : [],
    ),
  );
  const count = reading.events.filter(
    (event) => event.type === 'arrivals-dropped' && own(event.probe) && !controls.has(event.probe),
  ).length;
  if (threshold.aggregation === 'count') return count;
  const due = count + requestsOf(threshold, reading).length;
  return due === 0 ? null : count / due;
}

function holds(value: number, operator: Operator, limit: number): boolean {
  switch (operator) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
    case '==':
      return value === limit;
    case '!=':
      return value !== limit;
  }
}

/** `http_req_duration{probe:list}: p(95)<800ms (1,210 ms)`: a threshold with the measured value. */
export function thresholdInWords({ metric, expression, value, unit }: ThresholdResult): string {
  const measured =
    value === null
      ? 'nothing was measured'
      : unit === 'ms'
        ? `${value.toFixed(0)} ms`
        : String(Math.round(value * 1e6) / 1e6);
  return `${metric}: ${expression} (${measured})`;
}
