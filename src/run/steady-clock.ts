import { seconds } from '../text/seconds.ts';
import type { RunEnd } from './carry-out.ts';

/**
 * The machine's clock may differ by this much at the end of a run, or by this share of a long one. A
 * time service that adjusts it slowly uses up to 500 parts per million.
 */
const MOST_MS = 1000;
const MOST_SHARE = 0.001;

/** The length of a run by the machine's clock, and by one that nothing sets. */
interface RunLength {
  readonly wallMs: number;
  readonly runMs: number;
}

/**
 * How a run ended, if its clocks agree. Logs and the container engine have the machine's time, and
 * requests and steps the run's own. If the machine's clock was set meanwhile, an exit that a step
 * asked for seems to be one by itself, and log lines belong to other requests.
 */
export function withSteadyClock(end: RunEnd, { wallMs, runMs }: RunLength): RunEnd {
  const set = wallMs - runMs;
  const most = Math.max(MOST_MS, MOST_SHARE * runMs);
  if (end.outcome !== 'completed' || Math.abs(set) <= most) return end;
  const way = set > 0 ? 'forward' : 'back';
  return {
    outcome: 'failed',
    error: {
      code: 'clock-set',
      message: `the machine’s clock was set ${way} by ${seconds(Math.abs(set))} during the run, so the times of logs and of requests cannot be compared`,
      hint: 'Run it again. A new machine sets its clock soon after its start. One that slept meanwhile looks the same.',
    },
  };
}
