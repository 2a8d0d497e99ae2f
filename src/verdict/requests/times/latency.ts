import type { EventOf } from '../../../events/event.ts';
import type { Side } from '../../../words.ts';
import { covers } from '../../history/interval.ts';
import type { Services } from '../../history/services/services.ts';
import type { Windows } from '../../history/windows.ts';
import type { Latencies } from '../../schema/verdict.ts';
import { quantileOf } from '../../statistics/quantile.ts';

type Measured = Latencies['fromSend'];
type Sides = Measured['stages']['mixed'];
type Figures = Sides['all'];

interface Timing {
  readonly ms: number;
  readonly side: string | undefined;
  readonly sentAt: number;
}

/**
 * How long served requests took: from the scheduled time, and from the time of sending. A request
 * that the harness or the subject delayed is as slow as its caller experienced it.
 */
export function readLatencies(
  requests: readonly EventOf<'request'>[],
  services: Services,
  windows: Windows,
): Latencies {
  const served = requests.filter(({ outcome }) => outcome === 'served');
  const timed = served.map((request) => ({
    request,
    side: services.at(request.server, request.at)?.side,
  }));
  const from = (start: 'scheduledAt' | 'sentAt'): Measured =>
    measuredOf(
      timed.map(({ request, side }) => ({
        ms: request.at - request[start],
        side,
        sentAt: request.sentAt,
      })),
      windows,
    );
  return { ...from('scheduledAt'), fromSend: from('sentAt') };
}

function measuredOf(timings: readonly Timing[], windows: Windows): Measured {
  const during = (stage: 'baseline' | 'mixed' | 'after'): Sides =>
    sidesOf(timings.filter(({ sentAt }) => covers(windows[stage], sentAt)));
  return {
    ...sidesOf(timings),
    stages: { baseline: during('baseline'), mixed: during('mixed'), after: during('after') },
  };
}

function sidesOf(timings: readonly Timing[]): Sides {
  const of = (wanted: Side): Figures => figuresOf(timings.filter(({ side }) => side === wanted));
  return { all: figuresOf(timings), base: of('base'), target: of('target') };
}

function figuresOf(timings: readonly Timing[]): Figures {
  const sorted = timings.map(({ ms }) => ms).sort((a, b) => a - b);
  const max = sorted.at(-1);
  if (max === undefined) return null;
  return {
    requests: sorted.length,
    p50Ms: quantileOf(sorted, 0.5),
    p95Ms: quantileOf(sorted, 0.95),
    p99Ms: quantileOf(sorted, 0.99),
    maxMs: max,
  };
}
