import type { RequestEvent } from '../../../events/event.ts';
import type { MetricName } from '../../../scenario/threshold/metrics.ts';
import type { Threshold } from '../../../scenario/threshold/threshold.ts';
import { nodeOfServer } from '../../../scenario/topology/topology.ts';
import { covers } from '../../history/interval.ts';
import type { Reading } from '../../reading/reading.ts';
import { statisticOf } from './statistic.ts';

type MetricValue = (threshold: Threshold, reading: Reading) => number | null;

/** The measured value of a threshold's metric; `null` if there was nothing to measure. */
export function valueOf(threshold: Threshold, reading: Reading): number | null {
  return VALUES[threshold.name](threshold, reading);
}

const VALUES: Readonly<Record<MetricName, MetricValue>> = {
  api_failed: failed,
  http_req_duration: (threshold, reading) =>
    statisticOf(threshold, durations(threshold, reading, 'sentAt')),
  http_req_duration_scheduled: (threshold, reading) =>
    statisticOf(threshold, durations(threshold, reading, 'scheduledAt')),
  disruption: disruptions,
  beside_failed: besideFailed,
  beside_disruption: besideDisruptions,
  arrivals_dropped: dropped,
  log_errors: logErrors,
  stacks_accepted: (_, { ledger }) => ledger.stacks.accepted,
  stacks_completed: (_, { ledger }) => ofAccepted(ledger.stacks, 'completed'),
  stacks_stuck: (_, { ledger }) => ofAccepted(ledger.stacks, 'stuck'),
  stacks_failed: (_, { ledger }) => ofAccepted(ledger.stacks, 'failed'),
  stacks_lost: (_, { ledger }) => ofAccepted(ledger.stacks, 'lost'),
  operations_accepted: (_, { ledger }) => ledger.counts.accepted,
  operations_completed: (_, { ledger }) => ofAccepted(ledger.counts, 'completed'),
  operations_stuck: (_, { ledger }) => ofAccepted(ledger.counts, 'stuck'),
  operations_failed: (_, { ledger }) => ofAccepted(ledger.counts, 'failed'),
  operations_lost: (_, { ledger }) => ofAccepted(ledger.counts, 'lost'),
};

/** Requests that bypass the subject are not users' requests. */
function requestsOf({ selector }: Threshold, reading: Reading): readonly RequestEvent[] {
  const { services, windows } = reading;
  const { probe, connection, stage, version, node } = selector;
  return reading.events.filter((event): event is RequestEvent => {
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
  return statisticOf(threshold, lengths) ?? 0;
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
  return statisticOf(threshold, lengths) ?? 0;
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

/** A watch reads only the logs that the user names. */
function logErrors({ selector: { node } }: Threshold, { start, events }: Reading): number | null {
  if (start.watched !== undefined && (start.watched.logs ?? []).length === 0) return null;
  return events.filter(
    (event) =>
      event.type === 'log-finding' &&
      event.severity === 'error' &&
      (node ?? event.node) === event.node,
  ).length;
}

/** If nothing was accepted, nothing shows how an operation ends. */
function ofAccepted(
  counts: Reading['ledger']['counts'],
  outcome: 'completed' | 'stuck' | 'failed' | 'lost',
): number | null {
  return counts.accepted === 0 ? null : counts[outcome];
}
