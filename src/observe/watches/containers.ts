import type { ContainerEvent } from '../../containers/port.ts';
import { messageOf } from '../../errors.ts';
import { sinceStart, systemClock } from '../../load/clock.ts';
import type { Watch, Watching } from './watch.ts';

/** How long to wait before following an engine again after its stream broke off. */
const AGAIN_MS = 1000;

export interface ContainerWatchOptions extends Watching {
  readonly events: (signal: AbortSignal) => AsyncIterable<ContainerEvent>;
  /** A container's name in events. */
  readonly nameOf: (container: ContainerEvent) => string;
  /** Start of the run, in milliseconds since the epoch. */
  readonly epoch: number;
}

/** Emits the changes of the lab's containers, from the container engine's events. */
export function watchContainers(options: ContainerWatchOptions): Watch {
  const stopping = new AbortController();
  const following = follow(options, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      await following;
    },
  };
}

async function follow(options: ContainerWatchOptions, signal: AbortSignal): Promise<void> {
  const { events, nameOf, epoch, emit, now, clock = systemClock } = options;
  while (!signal.aborted) {
    let text = 'the container engine ended its events';
    try {
      for await (const event of events(signal)) {
        if (signal.aborted) return;
        const { kind, ...detail } = event.change;
        const at = sinceStart(event.time, epoch);
        emit({
          type: 'container-changed',
          at,
          container: nameOf(event),
          change: kind,
          ...detail,
        });
      }
    } catch (error) {
      text = messageOf(error);
    }
    if (signal.aborted) return;
    const from = now();
    await clock.sleepUntil(clock.now() + AGAIN_MS, signal);
    emit({ type: 'watch-gap', at: now(), from, watch: 'containers', text });
  }
}
