import { execa } from 'execa';
import type { Measurement, Percentiles, Task } from './measurement.ts';

/**
 * wrk has no rate: one connection, and each request as soon as the previous one is answered. The
 * shell reports its CPU time.
 *
 * @returns Undefined if wrk is not installed.
 */
export async function runWrk({
  origin,
  connection,
  seconds,
}: Task): Promise<Measurement | undefined> {
  const close = connection === 'new' ? ['-H', 'Connection: close'] : [];
  const args = ['-t1', '-c1', `-d${seconds}s`, '--latency', ...close, `${origin}/v1/stacks`];
  const { stdout, exitCode } = await execa('bash', ['-c', 'wrk "$@" && times', 'wrk', ...args], {
    reject: false,
    timeout: (seconds + 30) * 1000,
  });
  if (exitCode === 127) return undefined;
  const failed = [
    ...stdout.matchAll(/(?:connect|read|write|timeout|Non-2xx or 3xx responses:?) (\d+)/g),
  ];
  return {
    achieved: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]),
    latencyMs: latencyOf(stdout),
    // The second line of `times` is that of the shell's children.
    cores: secondsOf(stdout.trim().split('\n').at(-1) ?? '') / seconds,
    failed: failed.reduce((sum, [, count]) => sum + Number(count), 0),
  };
}

const UNITS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000 };

function latencyOf(text: string): Percentiles {
  const percentile = (share: number): number => {
    const [, value, unit] = new RegExp(`\\s${share}%\\s+([\\d.]+)(us|ms|s)`).exec(text) ?? [];
    return Number(value) * (UNITS[unit ?? ''] ?? Number.NaN);
  };
  return { p50: percentile(50), p99: percentile(99) };
}

/** Of e.g. `0m0.012s 0m0.123s`. */
function secondsOf(line: string): number {
  return [...line.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
    0,
  );
}
