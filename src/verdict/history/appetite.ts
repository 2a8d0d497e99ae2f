import { median } from 'simple-statistics';
import type { RunEvent } from '../../events/event.ts';
import { quantileOf } from '../statistics/quantile.ts';
import type { Life } from './services/life.ts';
import type { Services } from './services/services.ts';

/** A service of the target that uses far more of the machine than the base's. */
export interface Appetite {
  readonly life: Life;
  /**
   * `pauses`: it always runs or waits for a core, because others need the machine as well. `growth`:
   * it holds more and more memory.
   */
  readonly of: 'cpu' | 'pauses' | 'memory' | 'growth';
  /** Cores; for `pauses` the share of time with work for a core, up to 1; bytes. */
  readonly base: number;
  readonly target: number;
  /** For `growth`: bytes in the middle of its time. */
  readonly middle?: number;
}

/** The time after its start that a service needs to read its code, in milliseconds. */
const STARTING_MS = 5000;
/** With fewer samples, a service may have been busy all the time. */
const FEWEST_SAMPLES = 6;
/** A thread that computes without end leaves a service no pause: its lowest use is this high. */
const BUSY_CORES = 0.25;
/** The base may pause in one sample of five. */
const LOW_SHARE = 0.2;
/**
 * Of the target, one sample of twenty may be wrong. Its first fifth does not count: such a thread may
 * begin with the first request. An engine of four workers worked off a backlog for six minutes on a
 * busy machine: it wanted 0.87 cores or more in four samples of five, and 0.50 in 19 of 20.
 */
const ENDLESS_SHARE = 0.05;
const BEGUN_AFTER = 0.2;
/**
 * An engine that gets all the held work at the end of a roll has no pause until it is done: 12 seconds
 * in a run on two busy cores. A thread without end goes on.
 */
const FEWEST_WITHOUT_PAUSE = 15;
/**
 * On an overloaded machine every service falls behind and stays busy. So only samples count in which
 * it hardly waited for a core. An engine with a backlog used 0.27 cores or more, and 0.08 in these.
 */
const HARDLY_WAITED = 0.2;
/**
 * A thread that computes without end either runs or waits, whatever the load. Engines without one
 * had no work for a core in some seconds. Their low value was 0.03 to 0.49 in seven runs of a busy
 * machine.
 */
const NO_PAUSE = 0.8;
const SOME_PAUSE = 0.6;
/** And this many times the base's median. */
const CPU_RATIO = 2;
/**
 * An engine of 2025.1 had up to 151 MB, one of 2026.1 up to 404: that much more is no leak. One that
 * kept 4 MB of each `show_stack` had 786 MB at the end of a run, where the base's had 311. See
 * docs/measured/duration.md.
 */
const MEMORY_RATIO = 2;
const MEMORY_BYTES = 350 * 2 ** 20;

/**
 * A leak goes on: each quarter of the service's time has more than the one before. The end has this
 * much more than the middle, and is this many times the base's memory. Unchanged engines of 2026.1
 * had 23 MB more at most in five runs; one that kept 4 MB of each `show_stack` had 200 MB more.
 */
const GROWTH_BYTES = 100 * 2 ** 20;
const GROWTH_RATIO = 1.5;

interface Use {
  readonly cpu: readonly number[];
  /** The same of samples in which it hardly waited for a core. */
  readonly calm: readonly number[];
  /** The share of time in which it ran or waited for a core; above 1 with several threads. */
  readonly wanted: readonly number[];
  readonly memory: readonly number[];
}

/**
 * Services of the target that never pause while the base's did, or that hold far more memory than
 * the base's ever did. Reasons are a thread that computes without end, and a leak.
 */
export function readAppetites(
  events: readonly RunEvent[],
  services: Services,
): readonly Appetite[] {
  const samples = events.filter((event) => event.type === 'usage-sampled');
  const useOf = ({ name, servingAt, startedAt, stoppingAt }: Life): Use => {
    const own = samples
      .filter(
        ({ at }) => at >= (servingAt ?? startedAt) + STARTING_MS && at <= (stoppingAt ?? Infinity),
      )
      .flatMap(({ containers }) => containers.filter(({ container }) => container === name));
    return {
      cpu: own.map(({ cpu }) => cpu),
      calm: own.flatMap(({ cpu, waited = 0 }) => (waited < HARDLY_WAITED ? cpu : [])),
      wanted: own.map(({ cpu, waited = 0 }) => cpu + waited),
      memory: own.map(({ memoryBytes }) => memoryBytes),
    };
  };
  const uses = services.lives
    .filter(({ servingAt }) => servingAt !== null)
    .map((life) => ({ life, use: useOf(life) }))
    .filter(({ use }) => use.cpu.length >= FEWEST_SAMPLES);
  return uses.flatMap(({ life, use }): readonly Appetite[] => {
    if (life.side !== 'target') return [];
    const before = uses.filter(
      (other) => other.life.side === 'base' && other.life.kind === life.kind,
    );
    if (before.length === 0) return [];
    const baseCpu = Math.max(...before.map((one) => median([...one.use.cpu])));
    const baseMemory = Math.max(...before.flatMap((one) => one.use.memory));
    const low = endlessUse(use.calm);
    const wanted = endlessUse(use.wanted);
    const baseWanted = Math.max(...before.map((one) => lowOf(one.use.wanted)));
    const memory = Math.max(...use.memory);
    return [
      ...(use.calm.length >= FEWEST_WITHOUT_PAUSE &&
      low >= Math.max(BUSY_CORES, CPU_RATIO * baseCpu)
        ? [{ life, of: 'cpu' as const, base: baseCpu, target: low }]
        : use.wanted.length >= FEWEST_WITHOUT_PAUSE && wanted >= NO_PAUSE && baseWanted < SOME_PAUSE
          ? [{ life, of: 'pauses' as const, base: baseWanted, target: wanted }]
          : []),
      ...(memory >= Math.max(baseMemory + MEMORY_BYTES, MEMORY_RATIO * baseMemory)
        ? [{ life, of: 'memory' as const, base: baseMemory, target: memory }]
        : growthOf(use.memory, baseMemory).map((grown) => ({
            life,
            of: 'growth' as const,
            base: baseMemory,
            ...grown,
          }))),
    ];
  });
}

/** How memory grew from the middle to the end; empty if it did not grow all the time. */
function growthOf(
  memory: readonly number[],
  baseMemory: number,
): readonly Required<Pick<Appetite, 'middle' | 'target'>>[] {
  const quarters = [0, 1, 2, 3].map((index) =>
    memory.slice((index * memory.length) / 4, ((index + 1) * memory.length) / 4),
  );
  const medians = quarters.map((own) => (own.length === 0 ? 0 : median([...own])));
  const middle = memory[Math.floor(memory.length / 2) - 1] ?? 0;
  const target = memory.at(-1) ?? 0;
  const steps = medians.slice(1).map((one, index) => one - (medians[index] ?? 0));
  return target - middle >= GROWTH_BYTES &&
    target >= GROWTH_RATIO * baseMemory &&
    steps.every((step) => step >= GROWTH_BYTES / 4)
    ? [{ middle, target }]
    : [];
}

/** The value that all but this share of them reach; 0 without values. */
function lowOf(values: readonly number[], share = LOW_SHARE): number {
  return values.length === 0
    ? 0
    : quantileOf(
        values.toSorted((a, b) => a - b),
        share,
      );
}

/** The least that a thread uses from its beginning on. */
function endlessUse(values: readonly number[]): number {
  return lowOf(values.slice(Math.floor(values.length * BEGUN_AFTER)), ENDLESS_SHARE);
}

/** `node1/heat-engine 26.0.2.dev1 uses 0.92 cores or more almost all the time; …`. */
export function appetiteInWords(appetite: Appetite): string {
  const { life, of } = appetite;
  return `${life.name} ${life.label} ${USE_IN_WORDS[of](appetite)}`;
}

const USE_IN_WORDS: Readonly<Record<Appetite['of'], (appetite: Appetite) => string>> = {
  cpu: ({ base, target }) =>
    `uses ${target.toFixed(2)} cores or more almost all the time; the base’s used ${base.toFixed(2)} half of the time`,
  pauses: ({ base, target }) =>
    `runs or waits for a core in ${Math.round(100 * Math.min(1, target))} % of the time or more, to its end; the base’s paused, down to ${Math.round(100 * base)} %`,
  growth: ({ base, target, middle = 0 }) =>
    `held ${megabytes(middle)} in the middle of its time and ${megabytes(target)} at its end; the base’s held ${megabytes(base)} at most`,
  memory: ({ base, target }) =>
    `holds ${megabytes(target)} of memory; the base’s held ${megabytes(base)} at most`,
};

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
