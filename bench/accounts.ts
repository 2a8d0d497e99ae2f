import { readdir, readFile } from 'node:fs/promises';
import type Docker from 'dockerode';
import { cgroupUsage } from '../src/containers/docker/cgroup.ts';
import { LAB, readServiceLabels, containerTitle } from '../src/lab/labels.ts';
import { countMachine } from '../src/observe/watches/machine.ts';

/** CPU-seconds since the accounts were opened, by their user. */
export interface Spent {
  /** By container, as `node1/heat-engine 2026.1`. */
  readonly containers: ReadonlyMap<string, number>;
  /** rollgate's processes. */
  readonly harness: number;
  /** dockerd, containerd, its shims and proxies, but not their short-lived children (runc). */
  readonly engine: number;
  /** The whole machine, other work included. */
  readonly machine: number;
}

interface Account {
  readonly name: string;
  seconds: number;
  memoryBytes: number;
}

/** The unit of a process's time in the kernel (`getconf CLK_TCK`). */
const TICKS = 100;

const ENGINE = /^(dockerd|containerd|containerd-shim.*|docker-proxy)$/;

/**
 * Keeps the accounts of a run from outside. A process that has ended keeps its last known usage, so
 * an account may lack the last interval.
 */
export class Accounts {
  readonly #lab: string;
  /** The run's process, once there is one. */
  pid: number | undefined;
  readonly #containers = new Map<string, Account>();
  readonly #running = new Set<string>();
  readonly #processes = new Map<string, { readonly of: 'harness' | 'engine'; seconds: number }>();
  /** When a container was starting or stopping, by the engine's clock, in milliseconds. */
  readonly engineBusy: { readonly from: number; readonly to: number }[] = [];
  readonly #begun = new Map<string, number>();
  readonly #closed = new AbortController();
  readonly #before: { machine: number; engine: number } = { machine: 0, engine: 0 };
  /** The peak of all containers together. */
  peakMemoryBytes = 0;

  private constructor(lab: string) {
    this.#lab = lab;
  }

  static async open(docker: Docker, lab: string): Promise<Accounts> {
    const accounts = new Accounts(lab);
    const stream = await docker.getEvents({
      filters: { type: ['container'], label: [`${LAB}=${lab}`] },
      abortSignal: accounts.#closed.signal,
    });
    accounts.#follow(stream).catch(() => undefined);
    await accounts.look();
    Object.assign(accounts.#before, accounts.#totals(), {
      machine: (await countMachine()).busySeconds,
    });
    return accounts;
  }

  close(): void {
    this.#closed.abort();
  }

  /** The total usage so far. */
  async spent(): Promise<Spent> {
    await this.look();
    const containers = new Map<string, number>();
    for (const { name, seconds } of this.#containers.values()) {
      containers.set(name, (containers.get(name) ?? 0) + seconds);
    }
    const { harness, engine } = this.#totals();
    return {
      containers,
      harness,
      engine: engine - this.#before.engine,
      machine: (await countMachine()).busySeconds - this.#before.machine,
    };
  }

  /** The peak of each, in bytes. */
  get memory(): ReadonlyMap<string, number> {
    return new Map(
      [...this.#containers.values()].map(({ name, memoryBytes }) => [name, memoryBytes]),
    );
  }

  async look(): Promise<void> {
    let memory = 0;
    for (const id of this.#running) memory += await this.#lookAtContainer(id);
    this.peakMemoryBytes = Math.max(this.peakMemoryBytes, memory);
    await this.#lookAtProcesses();
  }

  #totals(): { harness: number; engine: number } {
    const totals = { harness: 0, engine: 0 };
    for (const { of, seconds } of this.#processes.values()) totals[of] += seconds;
    return totals;
  }

  async #lookAtContainer(id: string): Promise<number> {
    const account = this.#containers.get(id);
    const used = await cgroupUsage(id);
    if (account === undefined || used === undefined) return 0;
    account.seconds = Math.max(account.seconds, used.cpuSeconds);
    account.memoryBytes = Math.max(account.memoryBytes, used.memoryBytes);
    return used.memoryBytes;
  }

  async #lookAtProcesses(): Promise<void> {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const all = (await Promise.all(pids.map(readProcess))).filter((one) => one !== undefined);
    const parents = new Map(all.map(({ pid, parent }) => [pid, parent]));
    for (const { pid, name, started, seconds } of all) {
      const key = `${pid} ${started}`;
      const of = ENGINE.test(name)
        ? 'engine'
        : isBelow(pid, this.pid, parents)
          ? 'harness'
          : undefined;
      if (of !== undefined) this.#processes.set(key, { of, seconds });
    }
  }

  /** @see Docker Engine API, "Monitor events": one JSON document per line. */
  async #follow(stream: NodeJS.ReadableStream): Promise<void> {
    let rest = '';
    for await (const chunk of stream) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) await this.#see(JSON.parse(line) as EngineEvent);
    }
  }

  async #see({ Action, Actor, timeNano }: EngineEvent): Promise<void> {
    const { ID: id, Attributes } = Actor;
    const at = timeNano / 1e6;
    const end = (): void => {
      const from = this.#begun.get(id);
      if (from !== undefined) this.engineBusy.push({ from, to: at });
      this.#begun.delete(id);
    };
    switch (Action) {
      case 'create':
        this.#begun.set(id, at);
        break;
      case 'start': {
        end();
        const name = containerTitle(this.#lab, {
          name: Attributes['name'] ?? id,
          labels: Attributes,
        });
        const series = readServiceLabels(Attributes)?.series;
        this.#containers.set(id, {
          name: series === undefined ? name : `${name} ${series}`,
          seconds: 0,
          memoryBytes: 0,
        });
        this.#running.add(id);
        break;
      }
      case 'kill':
        this.#begun.set(id, at);
        await this.#lookAtContainer(id);
        break;
      case 'die':
        end();
        this.#running.delete(id);
        break;
    }
  }
}

interface EngineEvent {
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
  readonly timeNano: number;
}

/** @see proc(5), /proc/PID/stat. */
async function readProcess(name: string) {
  const text = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => undefined);
  const [, pid, command = '', rest = ''] = /^(\d+) \((.*)\) (.*)/s.exec(text ?? '') ?? [];
  if (pid === undefined) return undefined;
  // From the third field on.
  const fields = rest.split(' ');
  const seconds = (Number(fields[11]) + Number(fields[12])) / TICKS;
  return {
    pid: Number(pid),
    name: command,
    parent: Number(fields[1]),
    started: fields[19],
    seconds,
  };
}

function isBelow(
  pid: number,
  top: number | undefined,
  parents: ReadonlyMap<number, number>,
): boolean {
  for (let one: number | undefined = pid; one !== undefined && one > 1; one = parents.get(one)) {
    if (one === top) return true;
  }
  return false;
}
