import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { EventSink } from '../events/event.ts';
import type { Clock } from './clock.ts';
import { sinceStart } from './clock.ts';

export interface HarnessDelayOptions {
  readonly emit: EventSink;
  readonly clock: Clock;
  /** The clock's value at the start of the run, in milliseconds. */
  readonly runStart: number;
  /** Between two events. Default: 1000. */
  readonly intervalMs?: number;
}

/** How often the monitor samples. */
const RESOLUTION_MS = 10;

/** Reports how late this process was, every interval, until it is stopped. */
export function watchHarnessDelay({
  emit,
  clock,
  runStart,
  intervalMs = 1000,
}: HarnessDelayOptions): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;

  const watch = async (): Promise<void> => {
    let current = startMonitor();
    let due = clock.now();
    while (!signal.aborted) {
      due += intervalMs;
      await clock.sleepUntil(due, signal);
      // A monitor's first sample (also after a reset) is only a reference. So the next monitor
      // starts, and takes two samples, before this one ends. Otherwise a delay would be lost.
      const next = startMonitor();
      while (next.count === 0 && !signal.aborted) {
        await clock.sleepUntil(clock.now() + RESOLUTION_MS, signal);
      }
      current.disable();
      if (current.count > 0) {
        emit({
          type: 'harness-delay',
          at: sinceStart(clock.now(), runStart),
          p99Ms: delayMs(current.percentile(99)),
          maxMs: delayMs(current.max),
        });
      }
      current = next;
    }
    current.disable();
  };
  const watching = watch();
  return {
    async stop() {
      stopping.abort();
      await watching;
    },
  };
}

function startMonitor(): ReturnType<typeof monitorEventLoopDelay> {
  const monitor = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  monitor.enable();
  return monitor;
}

/**
 * The monitor measures the time between two samples, in nanoseconds. The delay is the part above
 * its resolution.
 */
function delayMs(betweenLooksNs: number): number {
  return Math.max(0, Math.round(betweenLooksNs / 1e3 - RESOLUTION_MS * 1e3) / 1e3);
}
