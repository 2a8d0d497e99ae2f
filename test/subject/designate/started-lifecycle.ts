import { setImmediate as turn } from 'node:timers/promises';
import { z } from 'zod';
import type { EventOf, RunEvent } from '../../../src/events/event.ts';
import { Gate } from '../../../src/load/gate.ts';
import type { HttpResult } from '../../../src/load/http/http-client.ts';
import { Ledger } from '../../../src/load/ledger.ts';
import { DesignateApi, type ZoneStatus } from '../../../src/subject/designate/api/api.ts';
import type { LifecycleKind } from '../../../src/subject/designate/workload/kinds.ts';
import { ZoneLifecycle } from '../../../src/subject/designate/workload/lifecycle.ts';
import { scriptedClient, type Script } from '../scripted-client.ts';

export const ZONE_ID = '11111111-2222-3333-4444-555555555555';
const NAME = 'rollgate-1-0';
const RECORDSET_ID = '66666666-2222-3333-4444-555555555555';
export const ZONE: ZoneStatus = {
  id: ZONE_ID,
  name: `${NAME}.rollgate.example.`,
  email: `${NAME}@rollgate.example`,
  ttl: 300,
  description: NAME,
  status: 'PENDING',
  action: 'CREATE',
};

/** A lifecycle against a scripted Designate, which takes everything unless the test answers itself. */
export class StartedLifecycle {
  readonly events: RunEvent[] = [];
  readonly asked: string[] = [];
  readonly lifecycle: ZoneLifecycle;
  /** Milliseconds since the start of the run. */
  time = 0;
  over = false;
  readonly #gate = new Gate();

  constructor(kind: LifecycleKind, answer: Script = () => undefined) {
    const emit = (event: RunEvent): number => this.events.push(event);
    const now = (): number => this.time;
    const taken = keeping();
    const client = scriptedClient(
      (request) => {
        this.asked.push(request.operation);
        return answer(request) ?? taken(request);
      },
      () => 'node1/designate-api',
    );
    this.lifecycle = new ZoneLifecycle({
      name: NAME,
      kind,
      api: new DesignateApi(client, { id: 'token' }),
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

  /** The API says that the zone has a status, a second later. */
  async seen(status: string, action = 'NONE'): Promise<void> {
    this.time += 1000;
    this.lifecycle.see({ ...ZONE, status, action }, this.time);
    await this.quiet();
  }

  /** A list no longer shows the zone. */
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

const writtenSchema = z.object({
  ttl: z.number().optional(),
  records: z.array(z.string()).optional(),
});

/** A Designate that keeps what was written last into the one zone that it has. */
function keeping(): Script {
  let ttl = ZONE.ttl;
  let records: readonly string[] = [];
  return ({ operation, body }) => {
    const status = operation.endsWith('-show') ? 200 : 202;
    const sent = body === undefined ? {} : writtenSchema.parse(JSON.parse(body));
    if (operation.startsWith('recordset')) {
      records = sent.records ?? records;
      return { status, body: { id: RECORDSET_ID, status: 'PENDING', records } };
    }
    ttl = sent.ttl ?? ttl;
    return { status, body: { ...ZONE, ttl } };
  };
}
