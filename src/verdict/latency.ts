import type { EventOf } from '../events/event.ts';
import type { Latencies } from './verdict.ts';
import type { Services } from './versions.ts';

/**
 * How long served requests took, from when they were due: a request that the harness or the
 * subject held up is as slow as its caller found it.
 */
export function readLatencies(
  requests: readonly EventOf<'request'>[],
  services: Services,
): Latencies {
  const served = requests.filter(({ outcome }) => outcome === 'served');
  const of = (side: 'base' | 'target'): readonly EventOf<'request'>[] =>
    served.filter(({ server, at }) => services.at(server, at)?.side === side);
  return { all: summary(served), base: summary(of('base')), target: summary(of('target')) };
}

function summary(served: readonly EventOf<'request'>[]): Latencies['all'] {
  const sorted = served.map(({ at, scheduledAt }) => at - scheduledAt).sort((a, b) => a - b);
  const max = sorted.at(-1);
  if (max === undefined) return null;
  /** Nearest rank: a value that was really measured. */
  const percentile = (share: number): number => sorted[Math.ceil(sorted.length * share) - 1] ?? max;
  return {
    requests: sorted.length,
    p50Ms: percentile(0.5),
    p95Ms: percentile(0.95),
    p99Ms: percentile(0.99),
    maxMs: max,
  };
}
