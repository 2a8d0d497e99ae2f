import type { ContainerUsage } from '../../containers/port.ts';
import type { EventOf } from '../../events/event.ts';
import { countMachine, type MachineCount } from './machine.ts';
import { startWatch, type Watch, type Watching } from './watch.ts';

const INTERVAL_MS = 2000;

export interface UsageWatchOptions extends Watching {
  readonly usage: (signal: AbortSignal) => Promise<readonly ContainerUsage[]>;
  /** A container's name in events. */
  readonly nameOf: (container: ContainerUsage) => string;
  /** Only for tests. */
  readonly machine?: () => Promise<MachineCount>;
}

/** Emits every two seconds the usage of each container, and the load of the machine. */
export function watchUsage(options: UsageWatchOptions): Watch {
  const { usage, nameOf, machine = countMachine, now } = options;
  let before: Counted | undefined;
  return startWatch({
    ...options,
    name: 'usage',
    everyMs: INTERVAL_MS,
    limitMs: 5000,
    look: async (signal) => {
      const all = await machine();
      const machineAt = now();
      const counted = { containers: await usage(signal), machine: all, machineAt, at: now() };
      const sample = before === undefined ? [] : [sampleOf(before, counted, nameOf)];
      before = counted;
      return sample;
    },
  });
}

interface Counted {
  /** When the containers were counted, in milliseconds since the start of the run. */
  readonly at: number;
  readonly machineAt: number;
  readonly containers: readonly ContainerUsage[];
  readonly machine: MachineCount;
}

function sampleOf(
  before: Counted,
  counted: Counted,
  nameOf: UsageWatchOptions['nameOf'],
): EventOf<'usage-sampled'> {
  const earlier = new Map(before.containers.map((container) => [container.id, container]));
  return {
    type: 'usage-sampled',
    at: counted.at,
    containers: counted.containers.map((container) => {
      // A container that is new since the last sample has used all of it since.
      const { cpuSeconds = 0, waitedSeconds = 0 } = earlier.get(container.id) ?? {};
      const elapsed = counted.at - before.at;
      const { waitedSeconds: waited } = container;
      return {
        container: nameOf(container),
        cpu: cores(container.cpuSeconds - cpuSeconds, elapsed),
        ...(waited === undefined
          ? {}
          : { waited: Math.min(1, cores(waited - waitedSeconds, elapsed)) }),
        memoryBytes: container.memoryBytes,
      };
    }),
    machine: {
      cores: counted.machine.cores,
      busy: cores(
        counted.machine.busySeconds - before.machine.busySeconds,
        counted.machineAt - before.machineAt,
      ),
      runnable: counted.machine.runnable,
    },
  };
}

/** Cores in use, to a thousandth. */
function cores(seconds: number, withinMs: number): number {
  return Math.round((seconds / withinMs) * 1_000_000) / 1000;
}
