import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus, loadavg } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { connectDocker } from '../src/containers/docker.ts';
import type { RunEvent } from '../src/events/event.ts';
import { randomLabName } from '../src/lab/labels.ts';
import { Accounts, type Spent } from './accounts.ts';

/**
 * The cost of a whole run, from the command to its end: wall time and CPU-seconds, by stage and by
 * container. Beside each stage is its floor. A stage cannot take less than its CPU-seconds take on
 * all cores. Nor can it take less than the planned load plus the time of starts and stops, as the
 * container engine and the services report it. Any time above both is waiting of rollgate.
 *
 * `npm run bench:run`, `npm run bench:run -- --runs 3 -- --choreography gentle`: options after the
 * second `--` are those of `rollgate run`.
 */
const LOOK_MS = 200;

interface Interval {
  readonly from: number;
  readonly to: number;
}

/** A boundary of stages: the stage that begins here. */
interface Mark {
  readonly stage: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly spent: Spent;
}

interface Measured {
  readonly marks: readonly Mark[];
  /** When a service was starting or stopping, or the load had to run. */
  readonly needed: readonly Interval[];
  readonly accounts: Accounts;
  readonly load: readonly [number, number];
  readonly status: number;
}

async function measure(options: readonly string[]): Promise<Measured> {
  const lab = randomLabName('bench');
  const began = loadavg()[0] ?? 0;
  const accounts = await Accounts.open(await connectDocker(), lab);
  const bin = fileURLToPath(new URL('../bin/rollgate.js', import.meta.url));
  const begunAt = Date.now();
  const marks: Mark[] = [{ stage: 'before the lab', at: begunAt, spent: await accounts.spent() }];
  const child = spawn(
    process.execPath,
    [bin, 'run', '--progress', 'json', '--name', lab, ...options],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  accounts.pid = child.pid;
  const exited = once(child, 'exit');
  const course = new Course();
  let looking = Promise.resolve();
  const look = (): void => void (looking = looking.then(() => accounts.look()));
  const timer = setInterval(look, LOOK_MS);
  for await (const line of createInterface({ input: child.stderr })) {
    if (!line.startsWith('{')) {
      console.error(line);
      continue;
    }
    const stage = course.see(JSON.parse(line) as RunEvent | Progress, Date.now());
    if (stage === undefined || stage === marks.at(-1)?.stage) continue;
    console.error(`${((Date.now() - begunAt) / 1000).toFixed(1).padStart(6)} s  ${stage}`);
    marks.push({ stage, at: Date.now(), spent: await accounts.spent() });
  }
  const [status] = (await exited) as [number | null];
  marks.push({ stage: 'end', at: Date.now(), spent: await accounts.spent() });
  clearInterval(timer);
  await looking;
  accounts.close();
  const load = [began, loadavg()[0] ?? 0] as const;
  return { marks, needed: course.needed, accounts, load, status: status ?? 1 };
}

interface Progress {
  readonly type: 'progress';
  readonly line: string;
}

/** Reads from a run's progress its current stage, and the time that it cannot avoid. */
class Course {
  readonly needed: Interval[] = [];
  readonly #steps = new Map<string, { readonly stage: string; readonly name: string }>();
  readonly #starting = new Map<string, number>();
  #epoch = 0;

  /** @returns The stage that begins, if one does. */
  see(event: RunEvent | Progress, now: number): string | undefined {
    const { type } = event;
    if (type === 'progress') {
      // The first container that is up: HAProxy and RabbitMQ are the fastest.
      return / \(\d+\.\d s\)$/.test(event.line) ? 'the lab comes up' : undefined;
    }
    const instance = 'node' in event && 'service' in event ? `${event.node}/${event.service}` : '';
    if (type === 'run-started') {
      this.#epoch = now - event.at;
      for (const { name, steps } of event.stages) {
        for (const step of steps) this.#steps.set(step.id, { stage: name, name: step.name });
      }
    }
    if (type === 'service-started') this.#starting.set(instance, event.at);
    if (type === 'service-serving') this.#need(this.#starting.get(instance), event.at);
    if (type === 'service-stopped') this.#need(event.at - event.seconds * 1000, event.at);
    if (type === 'run-finished') return 'judge, remove the lab';
    return type === 'step-started' ? this.#begin(event.at, this.#steps.get(event.step)) : undefined;
  }

  /** The load has to run for a time, which is in the step's name. */
  #begin(at: number, step: { stage: string; name: string } | undefined): string | undefined {
    const seconds = / run for ([\d.]+) s/.exec(step?.name ?? '')?.[1];
    if (seconds !== undefined) this.#need(at, at + Number(seconds) * 1000);
    return step?.stage;
  }

  #need(from: number | undefined, to: number): void {
    if (from !== undefined) this.needed.push({ from: from + this.#epoch, to: to + this.#epoch });
  }
}

/** Seconds within an interval that are covered by others. */
function covered(within: Interval, by: readonly Interval[]): number {
  let seconds = 0;
  let until = within.from;
  for (const { from, to } of by.toSorted((a, b) => a.from - b.from)) {
    const begin = Math.max(from, until);
    const end = Math.min(to, within.to);
    if (end <= begin) continue;
    seconds += (end - begin) / 1000;
    until = end;
  }
  return seconds;
}

function sum(values: Iterable<number>): number {
  return [...values].reduce((total, value) => total + value, 0);
}

interface Row {
  readonly stage: string;
  readonly wall: number;
  readonly containers: number;
  readonly harness: number;
  readonly engine: number;
  readonly machine: number;
  readonly floor: number;
}

function rowsOf({ marks, needed, accounts }: Measured): readonly Row[] {
  const busy = [...needed, ...accounts.engineBusy];
  return marks.slice(0, -1).map((mark, index): Row => {
    const next = marks[index + 1] ?? mark;
    const used = (of: (spent: Spent) => number): number => of(next.spent) - of(mark.spent);
    const own = {
      containers: used(({ containers }) => sum(containers.values())),
      harness: used(({ harness }) => harness),
      engine: used(({ engine }) => engine),
    };
    const byCpu = sum(Object.values(own)) / cpus().length;
    const byContainers = covered({ from: mark.at, to: next.at }, busy);
    return {
      stage: mark.stage,
      wall: (next.at - mark.at) / 1000,
      ...own,
      machine: used(({ machine }) => machine),
      floor: Math.max(byCpu, byContainers),
    };
  });
}

function print(measured: Measured): void {
  const { marks, accounts, load, status } = measured;
  console.log(
    `\n${cpus().length} cores of ${cpus()[0]?.model ?? 'an unknown kind'}, Node ${process.version}; load average ${load[0].toFixed(1)} at the start, ${load[1].toFixed(1)} at the end; status ${status}\n`,
  );
  console.log(
    '| stage | wall, s | floor, s | containers, CPU-s | harness | container engine | other |\n|---|---|---|---|---|---|---|',
  );
  const rows = rowsOf(measured);
  const total = (of: (row: Row) => number): number => sum(rows.map(of));
  const all: Row = {
    stage: '**all**',
    wall: total(({ wall }) => wall),
    containers: total(({ containers }) => containers),
    harness: total(({ harness }) => harness),
    engine: total(({ engine }) => engine),
    machine: total(({ machine }) => machine),
    floor: total(({ floor }) => floor),
  };
  for (const { stage, wall, floor, containers, harness, engine, machine } of [...rows, all]) {
    const other = machine - containers - harness - engine;
    const cells = [wall, floor, containers, harness, engine, other].map((one) => one.toFixed(1));
    console.log(`| ${stage} | ${cells.join(' | ')} |`);
  }
  const last = marks.at(-1)?.spent.containers ?? new Map<string, number>();
  console.log('\n| container | CPU-s | memory at most, MB |\n|---|---|---|');
  for (const [name, seconds] of [...last].toSorted(([, a], [, b]) => b - a)) {
    const megabytes = (accounts.memory.get(name) ?? 0) / 1e6;
    console.log(`| ${name} | ${seconds.toFixed(1)} | ${megabytes.toFixed(0)} |`);
  }
  console.log(`| all at one time | | ${(accounts.peakMemoryBytes / 1e6).toFixed(0)} |`);
}

function argumentsOf(all: readonly string[]): { runs: number; options: readonly string[] } {
  const [option, count, ...rest] = all;
  if (option !== '--runs') return { runs: 1, options: all };
  return { runs: Number(count), options: rest[0] === '--' ? rest.slice(1) : rest };
}

const { runs, options } = argumentsOf(process.argv.slice(2));
for (let run = 0; run < runs; run += 1) {
  const measured = await measure(options);
  print(measured);
  // 99 is a verdict too, so the cost of the run is known.
  if (measured.status !== 0 && measured.status !== 99) process.exitCode = 1;
}
