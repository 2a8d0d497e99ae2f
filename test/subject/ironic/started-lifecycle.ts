import { setImmediate as turn } from 'node:timers/promises';
import type { EventOf, RunEvent } from '../../../src/events/event.ts';
import { Gate } from '../../../src/load/gate.ts';
import type { HttpResult, RequestSpec } from '../../../src/load/http/http-client.ts';
import { Ledger } from '../../../src/load/ledger.ts';
import { IronicApi, type NodeStatus } from '../../../src/subject/ironic/api/api.ts';
import type { LifecycleKind } from '../../../src/subject/ironic/workload/kinds.ts';
import { NodeLifecycle } from '../../../src/subject/ironic/workload/lifecycle.ts';
import { scriptedClient, type Script } from '../scripted-client.ts';

export const NODE_ID = '11111111-2222-3333-4444-555555555555';
const NAME = 'rollgate-1-0';

/** A lifecycle against a scripted Ironic, which takes everything unless the test answers itself. */
export class StartedLifecycle {
  readonly events: RunEvent[] = [];
  readonly asked: string[] = [];
  readonly lifecycle: NodeLifecycle;
  /** Milliseconds since the start of the run. */
  time = 0;
  over = false;
  readonly #gate = new Gate();

  constructor(kind: LifecycleKind, answer: Script = () => undefined) {
    const emit = (event: RunEvent): number => this.events.push(event);
    const now = (): number => this.time;
    const client = scriptedClient(
      (request) => {
        this.asked.push(request.operation);
        return answer(request) ?? taken(request);
      },
      () => 'node1/ironic-api',
    );
    this.lifecycle = new NodeLifecycle({
      name: NAME,
      kind,
      api: new IronicApi(client, { id: 'token' }),
      ledger: new Ledger({ emit, now }),
      emit,
      now,
      pause: () => turn(),
      mayAsk: () => Promise.resolve(),
      work: (turn) => turn(),
      record: (_result: HttpResult) => undefined,
      held: () => this.#gate.pass(),
    });
    void this.lifecycle.run().then(() => (this.over = true));
  }

  /** Lets all go on that waits for nothing but an answer. */
  async quiet(): Promise<void> {
    for (let turns = 0; turns < 30; turns += 1) await turn();
  }

  /** The API says that the node is in a state, a second later. */
  async seen(state: string, more: Partial<NodeStatus> = {}): Promise<void> {
    this.time += 1000;
    this.lifecycle.see(
      { id: NODE_ID, name: NAME, state, lastError: undefined, extra: { rollgate: NAME }, ...more },
      this.time,
    );
    await this.quiet();
  }

  swapsDone(): void {
    this.#gate.open();
  }

  get settled(): readonly EventOf<'operation-settled'>[] {
    return this.events.filter((event) => event.type === 'operation-settled');
  }
}

function taken({ operation }: RequestSpec): ReturnType<Script> {
  if (operation === 'node-create' || operation === 'port-create') {
    return { status: 201, body: { uuid: NODE_ID } };
  }
  return { status: operation === 'node-delete' ? 204 : 202 };
}
