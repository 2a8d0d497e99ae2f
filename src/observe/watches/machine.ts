import { readFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';

/** The machine's work so far. */
export interface MachineCount {
  readonly cores: number;
  /** The total busy seconds of all cores since the machine's start. */
  readonly busySeconds: number;
  /** Processes that run or wait for a core at this moment, without this one. */
  readonly runnable: number;
}

/** Counts the machine's work, from the operating system's own figures. */
export async function countMachine(): Promise<MachineCount> {
  const cores = cpus();
  const busyMs = cores.reduce(
    (sum, { times }) => sum + times.user + times.nice + times.sys + times.irq,
    0,
  );
  return { cores: cores.length, busySeconds: busyMs / 1000, runnable: await runnable() };
}

/** @see proc(5), /proc/loadavg: the fourth field is runnable/existing. */
async function runnable(): Promise<number> {
  try {
    const text = await readFile('/proc/loadavg', 'utf8');
    return Math.max(0, Number(/ (\d+)\/\d+ /.exec(text)?.[1] ?? 1) - 1);
  } catch {
    // Without /proc, the mean over a minute is the nearest figure.
    return loadavg()[0] ?? 0;
  }
}
