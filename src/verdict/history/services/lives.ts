import type { EventOf, RunEvent } from '../../../events/event.ts';
import { sideLabels, type Side } from '../../../release/release.ts';
import { instanceName, kindOf } from '../../../scenario/topology/topology.ts';
import { sideOf, type SeenService, type Life, type LifeSide } from './life.ts';

type Name = Pick<SeenService, 'node' | 'service'>;

/** The lives of the services, built up from the events in order of time. */
export class Lives {
  readonly #start: EventOf<'run-started'>;
  readonly #labels: Readonly<Record<Side, string>>;
  readonly #roles: ReadonlyMap<string, Life['role']>;
  readonly #containers: ReadonlyMap<string, string | undefined>;
  readonly #lives = new Map<string, readonly Life[]>();
  /** Containers beside which a replacement was started. */
  readonly #replaced = new Set<string>();

  /** @param start Its services run and serve from the start on. */
  constructor(start: EventOf<'run-started'>) {
    this.#start = start;
    this.#labels = sideLabels(start);
    this.#roles = new Map(start.services.map(({ service, role }) => [kindOf(service), role]));
    this.#containers = new Map(
      start.services.map((service) => [instanceName(service), service.container]),
    );
    for (const service of start.services) {
      this.#change(this.#begin({ ...service, image: null }, start.at), {
        servingAt: start.at,
        engineId: service.engineId ?? null,
      });
    }
  }

  /** The lives of each container, in order of time. */
  get all(): readonly (readonly Life[])[] {
    return [...this.#lives.values()];
  }

  get replaced(): ReadonlySet<string> {
    return this.#replaced;
  }

  take(event: RunEvent): void {
    if (event.type === 'service-started') this.#takeStart(event);
    else if (event.type === 'service-serving') this.#takeServing(event);
    else if (event.type === 'service-moved' || event.type === 'service-reloaded') {
      this.#changeCurrent(event, { configuredAt: event.at });
    } else if (event.type === 'service-stopping') {
      this.#changeCurrent(event, { stoppingAt: event.at });
    } else if (event.type === 'service-stopped') {
      this.#changeCurrent(event, { stoppedAt: event.at, exitCode: event.exitCode });
    } else if (event.type === 'container-changed' && event.change === 'exited') {
      this.#takeExit(event);
    }
  }

  #takeStart(event: EventOf<'service-started'>): void {
    // The lab may report again the services that ran when the run started.
    if (this.#current(event) !== undefined) return;
    this.#begin(event, event.at);
    if (event.replaces !== undefined) this.#replaced.add(`${event.node}/${event.replaces}`);
  }

  #takeServing(event: EventOf<'service-serving'>): void {
    const life = this.#current(event) ?? this.#begin(event, event.at - event.seconds * 1000);
    const side = sideOf(event, this.#start, this.#past(event).length - 1);
    this.#change(life, {
      version: event.version,
      image: event.image,
      label: this.#label(side, event.version),
      side,
      servingAt: life.servingAt ?? event.at,
      engineId: event.engineId ?? life.engineId,
    });
  }

  /** Only unrequested exits: a requested stop has a fuller `service-stopped` event. */
  #takeExit(event: EventOf<'container-changed'>): void {
    const life = this.#lives.get(event.container)?.at(-1);
    if (life === undefined || life.stoppingAt !== null || life.stoppedAt !== null) return;
    this.#change(life, { stoppedAt: event.at, exitCode: event.exitCode ?? null });
  }

  #begin(found: SeenService, at: number): Life {
    const name = instanceName(found);
    const past = this.#past(found);
    const side = sideOf(found, this.#start, past.length);
    const life: Life = {
      node: found.node,
      service: found.service,
      name,
      kind: kindOf(found.service),
      role: this.#roles.get(kindOf(found.service)) ?? null,
      image: found.image,
      version: found.version,
      label: this.#label(side, found.version),
      side,
      startedAt: at,
      configuredAt: at,
      servingAt: null,
      stoppingAt: null,
      stoppedAt: null,
      exitCode: null,
      engineId: null,
      container: this.#containers.get(name) ?? null,
    };
    this.#lives.set(name, [...past, life]);
    return life;
  }

  #past(name: Name): readonly Life[] {
    return this.#lives.get(instanceName(name)) ?? [];
  }

  /** The life that has not ended. */
  #current(name: Name): Life | undefined {
    const life = this.#past(name).at(-1);
    return life?.stoppedAt === null ? life : undefined;
  }

  #changeCurrent(name: Name, news: Partial<Life>): void {
    const life = this.#current(name);
    if (life !== undefined) this.#change(life, news);
  }

  #change(life: Life, news: Partial<Life>): void {
    this.#lives.set(life.name, [...this.#past(life).slice(0, -1), { ...life, ...news }]);
  }

  #label(side: LifeSide, version: string): string {
    return side === 'other' || this.#start[side].version !== version ? version : this.#labels[side];
  }
}
