import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { median } from 'simple-statistics';
import { costOfEvent } from './event-log.ts';
import type { Measurement, Task } from './measurement.ts';
import { runWrk } from './wrk.ts';

/**
 * How well the harness keeps its schedule, and at what cost, compared with two other tools. Each
 * has its own process. They take turns, in rounds, against a fast server on loopback. Takes about
 * four minutes; the status is 1 if a target is missed.
 */
const RATE = 200;
const SECONDS = 10;
const ROUNDS = 3;
/** The maximum for the median round. */
const TARGETS = { latenessMs: 5, cores: 0.2 };

const TOOLS: Readonly<Record<string, (task: Task) => Promise<Measurement | undefined>>> = {
  rollgate: (task) => runScript('./rollgate-load.ts', task),
  autocannon: (task) => runScript('./autocannon-load.ts', task),
  wrk: runWrk,
};

async function runScript(script: string, task: Task): Promise<Measurement> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { stdout } = await execa(process.execPath, [path, JSON.stringify(task)], {
    timeout: (task.seconds + 60) * 1000,
  });
  return JSON.parse(stdout) as Measurement;
}

async function main(): Promise<void> {
  const cost = await costOfEvent();
  const server = fork(fileURLToPath(new URL('./server.ts', import.meta.url)));
  const [port] = (await once(server, 'message')) as [number];
  const origin = `http://127.0.0.1:${port}`;
  const began = loadavg()[0] ?? 0;
  const rows = new Map<string, Measurement[]>();
  try {
    for (let round = 1; round <= ROUNDS; round += 1) {
      for (const connection of ['new', 'reused'] as const) {
        for (const [tool, run] of Object.entries(TOOLS)) {
          console.error(`round ${round} of ${ROUNDS}: ${tool} over ${connection} connections`);
          const result = await run({ origin, connection, rate: RATE, seconds: SECONDS });
          const row = `${tool} | ${connection}`;
          rows.set(row, [...(rows.get(row) ?? []), ...(result === undefined ? [] : [result])]);
        }
      }
    }
  } finally {
    server.disconnect();
  }
  console.log(
    `${cpus().length} cores of ${cpus()[0]?.model ?? 'an unknown kind'}, Node ${process.version}; load average ${began.toFixed(1)} at the start, ${(loadavg()[0] ?? 0).toFixed(1)} at the end`,
  );
  console.log(`medians of ${ROUNDS} rounds of ${SECONDS} s, with the least and the most\n`);
  console.log(
    '| tool | connections | asked, 1/s | achieved, 1/s | lateness p50, ms | lateness p99, ms | latency p50, ms | latency p99, ms | cores | failed | dropped |\n|---|---|---|---|---|---|---|---|---|---|---|',
  );
  for (const [row, results] of rows) {
    console.log(`| ${row} | ${columns(row, results).join(' | ')} |`);
  }
  console.log(
    `\nEvent log and progress: ${cost.toFixed(0)} µs of CPU for an event, ${((cost * RATE) / 1e4).toFixed(1)} % of one core at ${RATE}/s`,
  );
  for (const [row, results] of rows) judge(row, results);
}

function columns(row: string, results: readonly Measurement[]): readonly string[] {
  const asked = row.startsWith('wrk') ? 'closed loop' : String(RATE);
  if (results.length === 0) {
    return [asked, 'not installed: apt-get install wrk', ...Array(7).fill('')];
  }
  const column = (of: (one: Measurement) => number | undefined, digits: number): string => {
    const values = results.flatMap((one) => of(one) ?? []);
    if (values.length === 0) return 'not given';
    const [middle, least, most] = [median(values), Math.min(...values), Math.max(...values)];
    return `${middle.toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`;
  };
  return [
    asked,
    column(({ achieved }) => achieved, 0),
    column(({ latenessMs }) => latenessMs?.p50, 2),
    column(({ latenessMs }) => latenessMs?.p99, 2),
    column(({ latencyMs }) => latencyMs.p50, 2),
    column(({ latencyMs }) => latencyMs.p99, 2),
    column(({ cores }) => cores, 3),
    column(({ failed }) => failed, 0),
    column(({ dropped }) => dropped, 0),
  ];
}

function judge(row: string, results: readonly Measurement[]): void {
  if (!row.startsWith('rollgate')) return;
  const about = row.replace(' | ', ' over ');
  const lateness = median(results.flatMap(({ latenessMs }) => latenessMs?.p99 ?? []));
  const cores = median(results.map(({ cores }) => cores));
  for (const [met, text] of [
    [
      lateness < TARGETS.latenessMs,
      `p99 of lateness ${lateness.toFixed(2)} ms of ${TARGETS.latenessMs}`,
    ],
    [cores < TARGETS.cores, `${(cores * 100).toFixed(1)} % of one core of ${TARGETS.cores * 100}`],
  ] as const) {
    console.log(`${met ? 'met' : 'MISSED'}: ${about} connections, ${text}`);
    if (!met) process.exitCode = 1;
  }
}

await main();
