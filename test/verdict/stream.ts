import type { EventOf, RunEvent } from '../../src/events/event.ts';
import type { RequestOutcome } from '../../src/events/families/request.ts';
import type { RequestId } from '../../src/events/fields.ts';

export const OLD = { series: '2025.1', version: '24.0.0', image: 'heat:2025.1' };
export const NEW = { series: '2026.1', version: '26.0.1', image: 'heat:2026.1' };

type Untyped<T extends RunEvent['type']> = Partial<Omit<EventOf<T>, 'type' | 'at'>>;

type PlannedStep = EventOf<'run-started'>['stages'][number]['steps'][number];

/** Steps as `id name`, by stage; the kind is the name's first word, the node what `@` names. */
type Stages = Readonly<Record<string, readonly string[]>>;

/**
 * Writes a run's events as a story: `at` sets the clock (in seconds), every other method adds
 * an event at that time. Defaults are those of a run that goes well.
 */
export class Story {
  readonly #events: RunEvent[] = [];
  #at = 0;
  #serial = 0;

  constructor(stages: Stages = {}, start: Untyped<'run-started'> = {}) {
    const engine = { service: 'heat-engine', role: 'engine' as const };
    const api = { service: 'heat-api', role: 'api' as const };
    const old = { series: OLD.series, version: OLD.version };
    this.#events.push({
      type: 'run-started',
      at: 0,
      time: '2026-08-01T12:00:00.000Z',
      format: 1,
      lab: 'lab-1',
      seed: 7,
      scenario: 'default',
      subject: 'heat',
      choreography: 'shared-vhost',
      topology: '2x2',
      base: OLD,
      target: NEW,
      require: [],
      stages: Object.entries(stages).map(([name, steps]) => ({ name, steps: steps.map(planned) })),
      services: ['node1', 'node2'].flatMap((node) => [
        { node, ...api, ...old },
        { node, ...engine, ...old },
      ]),
      ...start,
    });
  }

  /** An engine took an API's call for a request. */
  taken(request: RequestId, engine: string, version: string, method = 'list_stacks'): this {
    const [node = '', service = ''] = engine.split('/');
    const sender = `${node}/heat-api`;
    return this.add({
      type: 'call-taken',
      at: this.#at,
      node,
      service,
      version,
      request,
      method,
      sender,
    });
  }

  /** Adds a stage to the plan, after those that are there. */
  stage(name: string, steps: readonly PlannedStep[]): this {
    for (const [index, event] of this.#events.entries()) {
      if (event.type !== 'run-started') continue;
      const stages = [...event.stages, { name, steps }];
      this.#events[index] = { ...event, stages };
    }
    return this;
  }

  /** In order of time. Events of one time keep the order in which they were added. */
  get events(): readonly RunEvent[] {
    return this.#events.toSorted((a, b) => a.at - b.at);
  }

  /** Sets the clock, in seconds since the start of the run. */
  at(seconds: number): this {
    this.#at = Math.round(seconds * 1000);
    return this;
  }

  add(event: RunEvent): this {
    this.#events.push(event);
    return this;
  }

  step(step: string): this {
    return this.add({ type: 'step-started', at: this.#at, step });
  }

  done(step: string, seconds = 1): this {
    return this.add({ type: 'step-finished', at: this.#at, step, status: 'done', seconds });
  }

  broke(step: string, code: string, message: string): this {
    const error = { code, message };
    return this.add({
      type: 'step-finished',
      at: this.#at,
      step,
      status: 'failed',
      seconds: 1,
      error,
    });
  }

  /** @param name `node/service`. */
  stopping(name: string, release = OLD): this {
    return this.add({ type: 'service-stopping', at: this.#at, ...place(name), ...release });
  }

  stopped(name: string, release = OLD, exitCode = 0): this {
    return this.add({
      type: 'service-stopped',
      at: this.#at,
      ...place(name),
      ...release,
      exitCode,
      outOfMemory: false,
      seconds: 1,
    });
  }

  started(name: string, release = NEW): this {
    return this.add({ type: 'service-started', at: this.#at, ...place(name), ...release });
  }

  serving(name: string, release = NEW, engineId?: string): this {
    return this.add({
      type: 'service-serving',
      at: this.#at,
      ...place(name),
      ...release,
      seconds: 1,
      ...(engineId === undefined ? {} : { engineId }),
    });
  }

  /** Stopped, started and serving within three seconds; sets the clock on by them. */
  swapped(name: string, from = OLD, to = NEW): this {
    const began = this.#at / 1000;
    return this.stopping(name, from)
      .at(began + 1)
      .stopped(name, from)
      .at(began + 1.5)
      .started(name, to)
      .at(began + 3)
      .serving(name, to);
  }

  /** A request that ends now and was sent `took` seconds ago. */
  request(outcome: RequestOutcome = 'served', more: Untyped<'request'> = {}, took = 0.1): this {
    this.#serial += 1;
    const sentAt = this.#at - took * 1000;
    return this.add({
      type: 'request',
      at: this.#at,
      id: `req-${this.#serial}`,
      probe: 'list',
      operation: 'GET stacks',
      connection: 'new',
      scheduledAt: sentAt,
      sentAt,
      outcome,
      server: 'node1/heat-api',
      ...more,
    });
  }

  /** So many served requests, 10 ms apart from now on. */
  requests(count: number, more: Untyped<'request'> = {}): this {
    const from = this.#at / 1000;
    for (let index = 0; index < count; index += 1) {
      this.at(from + index / 100).request('served', more);
    }
    return this;
  }

  /** A control's request that ends now and was sent `took` seconds ago. */
  control(outcome: RequestOutcome = 'served', took = 0.003, more: Untyped<'request'> = {}): this {
    const own = { probe: 'balancer', operation: 'GET /', control: true, server: undefined };
    return this.request(outcome, { ...own, ...more }, took);
  }

  /** So many controls, half a second apart from now on, that took `took` seconds each. */
  controls(count: number, took = 0.003, more: Untyped<'request'> = {}): this {
    const from = this.#at / 1000;
    for (let index = 0; index < count; index += 1) {
      this.at(from + index / 2).control('served', took, more);
    }
    return this;
  }

  /** The longest delay of the harness's event loop, in milliseconds. */
  delayed(maxMs: number): this {
    return this.add({ type: 'harness-delay', at: this.#at, p99Ms: maxMs / 2, maxMs });
  }

  fault(change: 'began' | 'ended', fault: string, on: string): this {
    return this.add({ type: `fault-${change}`, at: this.#at, step: '1.1', fault, on });
  }

  /** The load balancer's log line of a request. */
  balanced(id: string, more: Untyped<'balancer-logged'>): this {
    return this.add({
      type: 'balancer-logged',
      at: this.#at,
      id,
      frontend: 'heat-api',
      server: 'node1/heat-api',
      status: 502,
      termination: 'SH',
      queueMs: 0,
      connectMs: 0,
      responseMs: -1,
      totalMs: 12,
      ...more,
    });
  }

  /** A message that a service (`node/service`) acknowledged now and never took up. */
  droppedMessage(name: string, more: Untyped<'message-dropped'> = {}): this {
    this.#serial += 1;
    return this.add({
      type: 'message-dropped',
      at: this.#at,
      ...place(name),
      version: OLD.version,
      message: `message-${this.#serial}`,
      sender: 'node2/heat-engine',
      sentAt: this.#at - 1000,
      topic: 'engine_worker',
      sample: `received message with unique_id: message-${this.#serial}`,
      avoidedBy: 'use_queue_manager = true',
      ...more,
    });
  }

  /** @param name Who took the reply. */
  misdelivered(name: string, more: Untyped<'reply-misdelivered'> = {}): this {
    this.#serial += 1;
    return this.add({
      type: 'reply-misdelivered',
      at: this.#at,
      ...place(name),
      version: OLD.version,
      message: `reply-${this.#serial}`,
      caller: 'node1/heat-api',
      calledAt: this.#at - 100,
      queue: 'reply_node1:uwsgi:1',
      topic: 'engine',
      sample: `No calling threads waiting for msg_id : reply-${this.#serial}`,
      ...more,
    });
  }

  dropped(probe = 'list'): this {
    return this.add({ type: 'arrivals-dropped', at: this.#at, probe, scheduledAt: this.#at });
  }

  accepted(
    action: string,
    object: string,
    server = 'node1/heat-api',
    more: Untyped<'operation-accepted'> = {},
  ): this {
    return this.add({
      type: 'operation-accepted',
      at: this.#at,
      operation: `${action} ${object}`,
      action,
      object,
      sentAt: this.#at,
      request: `req-${action}-${object}`,
      server,
      ...more,
    });
  }

  settled(
    action: string,
    object: string,
    outcome: EventOf<'operation-settled'>['outcome'] = 'completed',
    more: Untyped<'operation-settled'> = {},
  ): this {
    return this.add({
      type: 'operation-settled',
      at: this.#at,
      operation: `${action} ${object}`,
      action,
      object,
      outcome,
      status: outcome === 'completed' ? `${action.toUpperCase()}_COMPLETE` : outcome,
      ...more,
    });
  }

  checked(check: string, object: string, ok = true, detail = 'as before'): this {
    return this.add({ type: 'integrity-checked', at: this.#at, check, object, ok, detail });
  }

  worked(name: string, version: string, count: number): this {
    return this.add({ type: 'work-observed', at: this.#at, ...place(name), version, count });
  }

  logged(name: string, version: string, more: Untyped<'log-finding'> = {}): this {
    return this.add({
      type: 'log-finding',
      at: this.#at,
      ...place(name),
      version,
      signature: 'traceback-value-error',
      title: 'Traceback: ValueError',
      severity: 'error',
      sample: 'ValueError: something',
      ...more,
    });
  }

  refused(name: string, version = OLD.version): this {
    return this.logged(name, version, {
      signature: 'rpc-version-refused-check-resource',
      title: 'RPC version refused: check_resource 1.9',
      sample:
        '2026-08-01 12:00:15.201 12 ERROR oslo_messaging.rpc.server [req-1 - - - -] Exception during ' +
        'message handling: oslo_messaging.rpc.dispatcher.UnsupportedVersion: Endpoint does not ' +
        'support RPC version 1.9. Attempted method: check_resource',
    });
  }

  schema(release: 'base' | 'target', revision: string): this {
    return this.add({ type: 'schema-seen', at: this.#at, release, revision });
  }

  queue(vhost: string, ready: number): this {
    return this.add({
      type: 'queue-sampled',
      at: this.#at,
      vhost,
      ready,
      unacknowledged: 0,
      busy: [],
    });
  }

  note(step: string, text: string): this {
    return this.add({ type: 'step-note', at: this.#at, step, text });
  }

  paused(load: EventOf<'run-paused'>['load'], more: Untyped<'run-paused'> = {}): this {
    return this.add({ type: 'run-paused', at: this.#at, why: [], load, ...more });
  }

  resumed(): this {
    return this.add({ type: 'run-resumed', at: this.#at, seconds: 1 });
  }

  finished(
    outcome: EventOf<'run-finished'>['outcome'] = 'completed',
    error?: EventOf<'run-finished'>['error'],
  ): this {
    return this.add({
      type: 'run-finished',
      at: this.#at,
      time: '2026-08-01T12:10:00.000Z',
      outcome,
      ...(error === undefined ? {} : { error }),
    });
  }
}

function place(name: string): { readonly node: string; readonly service: string } {
  const [node = '', service = ''] = name.split('/');
  return { node, service };
}

function planned(text: string): PlannedStep {
  const [id = '', kind = '', ...rest] = text.split(' ');
  const node = /@(\S+)\//.exec(text)?.[1];
  return {
    id,
    kind,
    name: [kind, ...rest].join(' ').replace('@', ''),
    ...(node === undefined ? {} : { node }),
  };
}
