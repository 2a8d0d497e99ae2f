import { setImmediate as turn } from 'node:timers/promises';
import type { EventOf, RunEvent } from '../../src/events/event.ts';
import { Gate } from '../../src/load/gate.ts';
import type { HttpClient } from '../../src/load/http/http-client.ts';
import type { HttpResult } from '../../src/load/http/request.ts';
import { Ledger } from '../../src/load/ledger.ts';
import type {
  LifecycleContext,
  ObjectLifecycle,
} from '../../src/subject/workload/object-lifecycle.ts';
import { scriptedClient, type Script } from './scripted-client.ts';

interface StartedOptions<L> {
  readonly name: string;
  /** Answers each request. */
  readonly script: Script;
  /** The server that answers. */
  readonly server: string;
  readonly lifecycle: (context: LifecycleContext, client: HttpClient) => L;
}

/** A lifecycle that has begun against a scripted API. */
export class StartedObject<Status, L extends ObjectLifecycle<string, Status>> {
  readonly events: RunEvent[] = [];
  readonly asked: string[] = [];
  readonly lifecycle: L;
  /** Milliseconds since the start of the run. */
  time = 0;
  over = false;
  readonly #gate = new Gate();

  constructor({ name, script, server, lifecycle }: StartedOptions<L>) {
    const emit = (event: RunEvent): number => this.events.push(event);
    const now = (): number => this.time;
    const client = scriptedClient(
      (request) => {
        this.asked.push(request.operation);
        return script(request);
      },
      () => server,
    );
    this.lifecycle = lifecycle(
      {
        name,
        ledger: new Ledger({ emit, now }),
        emit,
        now,
        pause: () => turn(),
        mayAsk: () => Promise.resolve(),
        work: (turn) => turn(),
        record: (_result: HttpResult) => undefined,
        held: () => this.#gate.pass(),
      },
      client,
    );
    void this.lifecycle.run().then(() => (this.over = true));
  }

  /** Lets everything continue that waits only for an answer. */
  async quiet(): Promise<void> {
    for (let turns = 0; turns < 30; turns += 1) await turn();
  }

  /** The API shows the object, a second later. */
  async shown(status: Status): Promise<void> {
    this.time += 1000;
    this.lifecycle.see(status, this.time);
    await this.quiet();
  }

  /** A list no longer shows the object. */
  async missed(): Promise<void> {
    this.time += 1000;
    await this.lifecycle.missed();
    await this.quiet();
  }

  swapsDone(): void {
    this.#gate.open();
  }

  get settled(): readonly EventOf<'operation-settled'>[] {
    return this.events.filter((event) => event.type === 'operation-settled');
  }
}
