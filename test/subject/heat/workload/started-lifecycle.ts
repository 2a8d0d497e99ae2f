import { setImmediate as turn } from 'node:timers/promises';
import type { EventOf, RunEvent } from '../../../../src/events/event.ts';
import { Gate } from '../../../../src/load/gate.ts';
import type { HttpResult } from '../../../../src/load/http/request.ts';
import { Ledger } from '../../../../src/load/ledger.ts';
import { Standstill } from '../../../../src/load/standstill.ts';
import type { StackStatus } from '../../../../src/subject/heat/api/answers.ts';
import { HeatApi } from '../../../../src/subject/heat/api/api.ts';
import type { LifecycleKind } from '../../../../src/subject/heat/api/turns.ts';
import { StackLifecycle } from '../../../../src/subject/heat/workload/lifecycle/lifecycle.ts';
import { Likeness } from '../../../../src/subject/heat/workload/lifecycle/likeness.ts';
import { createSignaller } from '../../../../src/subject/heat/workload/lifecycle/signal.ts';
import { ScriptedHeat } from './scripted-heat.ts';

export const SIZE = { rate: 1, chain: 3, actionSeconds: 0 };

/** A lifecycle against a scripted Heat. */
export class StartedLifecycle {
  readonly events: RunEvent[] = [];
  readonly requests: HttpResult[] = [];
  readonly heat: ScriptedHeat;
  readonly lifecycle: StackLifecycle;
  /** Milliseconds since the start of the run. */
  time = 0;
  over = false;
  readonly standstill = new Standstill({ now: () => this.time });
  readonly #gate = new Gate();

  /**
   * @param before Whose stack it goes on with.
   * @param isTaken See LifecycleOptions.
   */
  constructor(
    kind: LifecycleKind,
    before?: StartedLifecycle,
    isTaken?: (stack: StackStatus) => boolean,
    likeness: Likeness = new Likeness(),
    name = 'rollgate-1-0',
  ) {
    const blueprint = kind.blueprint(SIZE);
    this.heat = before?.heat ?? new ScriptedHeat(name, blueprint);
    const { client } = this.heat;
    const emit = (event: RunEvent): number => this.events.push(event);
    const now = (): number => this.time;
    this.lifecycle = new StackLifecycle({
      name,
      kind,
      living: before?.lifecycle.living,
      blueprint,
      isTaken,
      api: new HeatApi(client, { id: 'token', projectId: 'project' }),
      signaller: createSignaller({ api: client, cfn: client }),
      likeness,
      ledger: new Ledger({ emit, now }),
      emit,
      now,
      pause: () => turn(),
      mayAsk: () => this.standstill.over(),
      work: (turn) => turn(),
      record: (result) => this.requests.push(result),
      held: () => this.#gate.pass(),
    });
    void this.lifecycle.run().then(() => (this.over = true));
  }

  /** This many looks at Heat. In each, the actions in progress end. */
  async looks(count: number): Promise<void> {
    for (let look = 0; look < count && !this.over; look += 1) {
      for (let settled = 0; settled < 10; settled += 1) await turn();
      this.time += 1000;
      this.heat.complete();
      const status = this.heat.status === undefined ? undefined : this.heat.stack;
      this.lifecycle.progress.see(status, this.time);
      await this.lifecycle.progress.askForSnapshots();
    }
    for (let settled = 0; settled < 10; settled += 1) await turn();
  }

  /** To its end, with the swaps done. */
  async toTheEnd(): Promise<void> {
    this.swapsDone();
    await this.looks(60);
  }

  swapsDone(): void {
    this.#gate.open();
  }

  get settled(): readonly EventOf<'operation-settled'>[] {
    return this.events.filter((event) => event.type === 'operation-settled');
  }

  get accepted(): readonly EventOf<'operation-accepted'>[] {
    return this.events.filter((event) => event.type === 'operation-accepted');
  }

  get broken(): readonly string[] {
    return this.events
      .filter((event) => event.type === 'integrity-checked')
      .flatMap(({ ok, check, detail }) => (ok ? [] : [`${check}: ${detail}`]));
  }
}
