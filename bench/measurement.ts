/** The results of one tool in one round. Times are in milliseconds. */
export interface Measurement {
  /** Requests per second. */
  readonly achieved: number;
  /** From the scheduled time of a request to its sending; not every tool reports it. */
  readonly latenessMs?: Percentiles;
  readonly latencyMs: Percentiles;
  /** CPU time per time, only of the tool: 1 is one core. */
  readonly cores: number;
  readonly failed: number;
  /** Arrivals that were not sent. */
  readonly dropped?: number;
}

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

export function percentilesOf(values: readonly number[]): Percentiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

export interface Task {
  readonly origin: string;
  readonly connection: 'new' | 'reused';
  readonly rate: number;
  readonly seconds: number;
}

/** The task of a tool that runs in its own process. */
export function taskOfArguments(): Task {
  return JSON.parse(process.argv[2] ?? '') as Task;
}

/** Seconds of one core that this process used since the call, per second. */
export function watchCores(): () => number {
  const cpu = process.cpuUsage();
  const began = performance.now();
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return (user + system) / 1000 / (performance.now() - began);
  };
}
