import type { EventOf, RunEvent } from '../../events/event.ts';
import { nounOf } from '../../verdict/schema/noun.ts';

type PlannedStep = EventOf<'run-started'>['stages'][number]['steps'][number] & {
  readonly stage: string;
};

/** A step in progress, and the counts at its beginning. */
export interface RunningStep extends PlannedStep {
  readonly requestsBefore: number;
  readonly lostBefore: number;
}

/** Faults that end a container. */
const ENDING: readonly string[] = ['kill', 'stop'];

/** The rate is computed from the requests of this many last seconds. */
const RATE_SECONDS = 5;

/** The state of a run, event by event. Requests that bypass the subject do not count. */
export class LiveRun {
  readonly #planned = new Map<string, PlannedStep>();
  readonly #running = new Map<string, RunningStep>();
  readonly #openOperations = new Map<string, string>();
  readonly #ready = new Map<string, number>();
  readonly #stopping = new Set<string>();
  /** Requests by the second in which they ended. */
  readonly #recent = new Map<number, number>();
  #paused = false;
  #lab = '';
  #noun = '';
  #at = 0;
  #requests = 0;
  #lost = 0;

  /** Milliseconds since the start of the run. */
  get at(): number {
    return this.#at;
  }

  get requests(): number {
    return this.#requests;
  }

  get lost(): number {
    return this.#lost;
  }

  /** Requests per second, lately. */
  get rate(): number {
    const now = Math.floor(this.#at / 1000);
    const requests = [...this.#recent]
      .filter(([second]) => second > now - RATE_SECONDS)
      .reduce((sum, [, count]) => sum + count, 0);
    return requests / Math.min(RATE_SECONDS, now + 1);
  }

  /** The users' objects, in the singular. */
  get noun(): string {
    return this.#noun;
  }

  /** Objects with an accepted operation that is not settled. */
  get objectsInFlight(): number {
    return new Set(this.#openOperations.values()).size;
  }

  /** Messages that wait in all vhosts' queues. */
  get queueReady(): number {
    return [...this.#ready.values()].reduce((sum, ready) => sum + ready, 0);
  }

  /** The innermost step in progress; among parallel steps the one that began last. */
  get step(): RunningStep | undefined {
    return [...this.#running.values()].at(-1);
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** The lab's name. */
  get lab(): string {
    return this.#lab;
  }

  planned(id: string): PlannedStep | undefined {
    return this.#planned.get(id);
  }

  running(id: string): RunningStep | undefined {
    return this.#running.get(id);
  }

  /** Whether a step or a fault stops a container, so that its exit is expected. */
  isStopping(container: string): boolean {
    return this.#stopping.has(container);
  }

  /** Takes the next event; a finished step stays known until `forget`. */
  take(event: RunEvent): void {
    this.#at = Math.max(this.#at, event.at);
    this.#seeStop(event);
    if (event.type === 'run-started') this.#plan(event);
    else if (event.type === 'step-started') this.#begin(event);
    else if (event.type === 'request') this.#count(event);
    else if (event.type === 'operation-accepted') {
      this.#openOperations.set(event.operation, event.object);
    } else if (event.type === 'operation-settled') this.#openOperations.delete(event.operation);
    else if (event.type === 'run-paused' || event.type === 'run-resumed') {
      this.#paused = event.type === 'run-paused';
    } else if (event.type === 'queue-sampled') this.#ready.set(event.vhost, event.ready);
  }

  forget(step: string): void {
    this.#running.delete(step);
  }

  #seeStop(event: RunEvent): void {
    if (event.type === 'service-stopping') this.#stopping.add(`${event.node}/${event.service}`);
    else if (event.type === 'service-started') {
      this.#stopping.delete(`${event.node}/${event.service}`);
    } else if (event.type === 'infrastructure-stopping') this.#stopping.add(event.service);
    else if (event.type === 'infrastructure-serving') this.#stopping.delete(event.service);
    else if (event.type === 'fault-began' && ENDING.includes(event.fault)) {
      this.#stopping.add(event.on);
    } else if (event.type === 'container-changed' && event.change === 'started') {
      this.#stopping.delete(event.container);
    }
  }

  #plan({ lab, noun, stages }: EventOf<'run-started'>): void {
    this.#lab = lab;
    this.#noun = nounOf({ noun });
    for (const { name, steps } of stages) {
      for (const step of steps) this.#planned.set(step.id, { ...step, stage: name });
    }
  }

  #begin({ step: id, what }: EventOf<'step-started'>): void {
    const unknown = { id, name: '', kind: 'unknown', stage: '' };
    const planned = this.#planned.get(id) ?? { ...unknown, ...what };
    this.#running.set(id, {
      ...planned,
      requestsBefore: this.#requests,
      lostBefore: this.#lost,
    });
  }

  #count({ at, outcome, control }: EventOf<'request'>): void {
    if (control === true) return;
    this.#requests += 1;
    if (outcome !== 'served') this.#lost += 1;
    const second = Math.floor(at / 1000);
    this.#recent.set(second, (this.#recent.get(second) ?? 0) + 1);
    this.#recent.delete(second - 2 * RATE_SECONDS);
  }
}
